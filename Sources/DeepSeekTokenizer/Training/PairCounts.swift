/// How often each pair of neighbouring tokens occurs, and in which words: an open hash table that grows.
struct PairCounts {
    struct Pair: Hashable {
        let left: Int32
        let right: Int32

        fileprivate var key: UInt64 { UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right)) }
    }

    private(set) var pairs: [Pair] = []
    private(set) var counts: [Int] = []
    /// Words in which a pair occurs or has occurred, some of them twice.
    private var words: [[Int32]] = []
    private var slots = [Int32](repeating: 0, count: 1 << 12)

    /// The number of a pair, which is new if it was not there.
    mutating func number(_ pair: Pair) -> Int {
        var slot = Self.slot(pair, slots.count)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if pairs[number] == pair { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        pairs.append(pair)
        counts.append(0)
        words.append([])
        slots[slot] = Int32(pairs.count)
        if pairs.count * 2 > slots.count { grow() }
        return pairs.count - 1
    }

    mutating func add(_ change: Int, to number: Int) { counts[number] += change }

    mutating func addWord(_ word: Int32, to number: Int) {
        if words[number].last != word { words[number].append(word) }
    }

    /// The words of a pair that is being merged, which are not needed afterwards.
    mutating func takeWords(_ number: Int) -> [Int32] {
        defer { words[number] = [] }
        return words[number]
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (number, pair) in pairs.enumerated() {
            var slot = Self.slot(pair, slots.count)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }

    private static func slot(_ pair: Pair, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (pair.key &* 0x9E37_79B9_7F4A_7C15) >> 24) & (count - 1)
    }
}
