/// Finds a string among the keys of an object.
///
/// Strings are equal in Swift if their normal forms are, so that hashing them means normalising them. Below U+0300 all
/// text is in normal form C, and its bytes can be hashed as they are. Keys beyond that are left to a dictionary.
struct KeyIndex: Sendable {
    /// So few keys are compared one by one.
    private static let fewest = 8
    private static let free = UInt64.max
    /// UTF-8 has no lower byte in a scalar from U+0300 on.
    private static let firstLeadByteBeyond: UInt8 = 0xCC

    /// Hashes in the upper halves, positions of keys in the lower. A power of two, at most half full.
    private var slots: [UInt64] = []
    /// Takes the place of the slots once there is a key that may not be in normal form.
    private var positions: [String: Int]?

    init() {}

    /// - Parameter duplicate: where the first key stands that is there before already; nil if all differ.
    init(_ keys: [String], duplicate: inout Int?) {
        guard keys.count > Self.fewest else {
            duplicate = keys.indices.first { keys[..<$0].contains(keys[$0]) }
            return
        }
        // All are hashed before the first is entered, so that the reads of a table larger than the nearest cache overlap.
        var hashes: [UInt32] = []
        hashes.reserveCapacity(keys.count)
        for key in keys {
            guard let hash = Self.hash(key) else {
                duplicate = useDictionary(keys)
                return
            }
            hashes.append(hash)
        }
        slots = [UInt64](repeating: Self.free, count: 1 << (Int.bitWidth - (2 * keys.count).leadingZeroBitCount))
        duplicate = hashes.indices.first { position in
            let slot = slot(of: keys[position], hashes[position], in: keys)
            guard slots[slot] == Self.free else { return true }
            slots[slot] = UInt64(hashes[position]) << 32 | UInt64(position)
            return false
        }
    }

    func find(_ key: String, in keys: [String]) -> Int? {
        if let positions { return positions[key] }
        // A key that is not hashed here may still equal one that is, in another form.
        guard keys.count > Self.fewest, let hash = Self.hash(key) else { return keys.firstIndex(of: key) }
        let entry = slots[slot(of: key, hash, in: keys)]
        return entry == Self.free ? nil : Int(entry & 0xFFFF_FFFF)
    }

    /// Appends a key to those that have been inserted before; false if it is one of them.
    mutating func insert(_ key: String, into keys: inout [String]) -> Bool {
        guard keys.count > Self.fewest ? enter(key, keys) : !keys.contains(key) else { return false }
        keys.append(key)
        if keys.count == Self.fewest + 1 {
            var duplicate: Int?
            self = KeyIndex(keys, duplicate: &duplicate)
        }
        return true
    }

    /// Enters the key that comes after these, unless it is one of them.
    private mutating func enter(_ key: String, _ keys: [String]) -> Bool {
        if positions == nil, let hash = Self.hash(key) {
            let slot = slot(of: key, hash, in: keys)
            guard slots[slot] == Self.free else { return false }
            slots[slot] = UInt64(hash) << 32 | UInt64(keys.count)
            if 2 * (keys.count + 1) > slots.count { grow() }
            return true
        }
        if positions == nil { _ = useDictionary(keys) }
        return positions?.updateValue(keys.count, forKey: key) == nil
    }

    /// - Returns: where the first key stands that is there before already.
    private mutating func useDictionary(_ keys: [String]) -> Int? {
        var positions: [String: Int] = Dictionary(minimumCapacity: keys.count)
        let duplicate = keys.indices.first { positions.updateValue($0, forKey: keys[$0]) != nil }
        self.positions = positions
        slots = []
        return duplicate
    }

    private mutating func grow() {
        let entries = slots
        slots = [UInt64](repeating: Self.free, count: 2 * entries.count)
        for entry in entries where entry != Self.free { place(entry) }
    }

    /// Enters a key that is not there.
    private mutating func place(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: entry >> 32) & mask
        while slots[slot] != Self.free { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    /// The slot of a key, or the free one where it belongs.
    private func slot(of key: String, _ hash: UInt32, in keys: [String]) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != Self.free {
            if slots[slot] >> 32 == hash, keys[Int(slots[slot] & 0xFFFF_FFFF)] == key { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Nil if the key may not be in normal form.
    private static func hash(_ key: String) -> UInt32? {
        var key = key
        return key.withUTF8 { bytes in
            for byte in bytes where byte >= firstLeadByteBeyond { return nil }
            return ByteHash.hash(bytes)
        }
    }
}
