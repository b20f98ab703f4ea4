/// A fixed hash table from keys of 42 bits to numbers of 22 bits, by open addressing.
///
/// Made for keys that are mostly absent, and for tables larger than the caches near the processor: a small table of
/// bits answers for nine absent keys of ten, and a key lies in one word with its value.
struct PairTable: Sendable {
    /// What ``subscript(key:)`` gives for an absent key.
    static let absent: Int32 = -1
    static let maximumKey: UInt64 = 1 << 42 - 2
    static let maximumValue: Int32 = 1 << 22 - 1

    private static let valueBits: UInt64 = 22
    private static let free = UInt64.max
    /// The table of bits has this many for each slot, as a power of two.
    private static let filterBits = 2

    /// `key << 22 | value`.
    private let slots: FixedTable<UInt64>
    private let filter: FixedTable<UInt64>
    private let multiplier: UInt64
    private let bits: Int

    /// Collects entries; as many as the capacity.
    struct Builder {
        private var slots: [UInt64]
        private var filter: [UInt64]
        private let bits: Int
        // Chosen anew each time: nobody can prepare a file whose keys all meet in one slot.
        private let multiplier = UInt64.random(in: .min ... .max) | 1

        init(capacity: Int) {
            // At most half full, so that a search for an absent key soon ends.
            bits = max(6, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
            slots = [UInt64](repeating: PairTable.free, count: 1 << bits)
            filter = [UInt64](repeating: 0, count: 1 << (bits + PairTable.filterBits - 6))
        }

        /// - Parameters:
        ///   - key: at most ``PairTable/maximumKey``.
        ///   - value: from 0 to ``PairTable/maximumValue``.
        /// - Returns: false if the key is there already.
        mutating func insert(_ key: UInt64, _ value: Int32) -> Bool {
            let hash = key &* multiplier
            var slot = Int(truncatingIfNeeded: hash &>> UInt64(64 - bits))
            while slots[slot] != PairTable.free {
                if slots[slot] >> PairTable.valueBits == key { return false }
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = key << PairTable.valueBits | UInt64(UInt32(bitPattern: value))
            let bit = hash &>> UInt64(64 - bits - PairTable.filterBits)
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
            return true
        }

        func table() -> PairTable {
            PairTable(slots: FixedTable(slots), filter: FixedTable(filter), multiplier: multiplier, bits: bits)
        }
    }

    @inline(__always)
    subscript(key: UInt64) -> Int32 {
        let hash = key &* multiplier
        let bit = hash &>> UInt64(truncatingIfNeeded: 64 &- bits &- Self.filterBits)
        guard filter.pointer[Int(truncatingIfNeeded: bit &>> 6)] &>> (bit & 63) & 1 != 0 else { return Self.absent }
        let slots = slots.pointer
        let mask = 1 &<< bits &- 1
        var slot = Int(truncatingIfNeeded: hash &>> UInt64(truncatingIfNeeded: 64 &- bits))
        while true {
            let found = slots[slot]
            if found &>> Self.valueBits == key {
                return Int32(truncatingIfNeeded: found & UInt64(UInt32(bitPattern: Self.maximumValue)))
            }
            if found == Self.free { return Self.absent }
            slot = (slot &+ 1) & mask
        }
    }

    /// The key of two tokens, neither negative.
    @inline(__always)
    static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) &<< 21 | UInt64(UInt32(bitPattern: right))
    }
}
