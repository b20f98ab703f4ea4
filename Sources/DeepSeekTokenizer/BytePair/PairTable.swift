/// A fixed hash table from 64-bit keys to non-negative numbers, by open addressing.
struct PairTable: Sendable {
    /// What ``subscript(key:)`` gives for an absent key.
    static let absent: Int32 = -1

    private static let free = UInt64.max

    private let keys: FixedTable<UInt64>
    private let values: FixedTable<Int32>
    private let multiplier: UInt64
    private let shift: UInt64

    /// - Parameter entries: keys that differ from one another and from `UInt64.max`.
    init(_ entries: [(key: UInt64, value: Int32)]) {
        // At most half full, so that a search for an absent key, which is the rule, ends at once.
        let bits = max(4, Int.bitWidth - (2 * entries.count).leadingZeroBitCount)
        let mask = 1 << bits - 1
        shift = UInt64(64 - bits)
        // Chosen anew each time: nobody can prepare a file whose keys all meet in one slot.
        multiplier = UInt64.random(in: .min ... .max) | 1
        var keys = [UInt64](repeating: Self.free, count: mask + 1)
        var values = [Int32](repeating: Self.absent, count: mask + 1)
        for (key, value) in entries {
            var slot = Int(truncatingIfNeeded: (key &* multiplier) >> shift)
            while keys[slot] != Self.free { slot = (slot + 1) & mask }
            keys[slot] = key
            values[slot] = value
        }
        self.keys = FixedTable(keys)
        self.values = FixedTable(values)
    }

    @inline(__always)
    subscript(key: UInt64) -> Int32 {
        let keys = keys.pointer
        let mask = (1 << (64 - Int(shift))) - 1
        var slot = Int(truncatingIfNeeded: (key &* multiplier) >> shift)
        while true {
            let found = keys[slot]
            if found == key { return values.pointer[slot] }
            if found == Self.free { return Self.absent }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
