/// Counts words: an open hash table over bytes that lie one after the other.
struct WordCounter {
    private struct Entry {
        var hash: UInt64
        var start: Int
        var length: Int32
        var count: Int
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    /// Entry numbers plus 1; 0 where free.
    private var slots = [Int32](repeating: 0, count: 1 << 12)

    var count: Int { entries.count }

    mutating func add(_ word: UnsafePointer<UInt8>, length: Int, times: Int = 1) {
        let hash = Self.hash(word, length)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if entries[number].hash == hash, equals(entries[number], word, length) {
                entries[number].count += times
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        entries.append(Entry(hash: hash, start: bytes.count, length: Int32(length), count: times))
        bytes.append(contentsOf: UnsafeBufferPointer(start: word, count: length))
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { grow() }
    }

    mutating func add(_ other: WordCounter) {
        other.forEach { word, count in
            guard let base = word.baseAddress else { return }
            add(base, length: word.count, times: count)
        }
    }

    /// In the order in which they were first met.
    func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            for entry in entries {
                body(UnsafeBufferPointer(rebasing: bytes[entry.start..<entry.start + Int(entry.length)]), entry.count)
            }
        }
    }

    private func equals(_ entry: Entry, _ word: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        guard Int(entry.length) == length else { return false }
        for index in 0..<length where bytes[entry.start + index] != word[index] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (number, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(number + 1)
        }
    }

    private static func hash(_ word: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in 0..<length { hash = (hash ^ UInt64(word[index])) &* 0x100_0000_01B3 }
        return hash ^ hash >> 29
    }
}
