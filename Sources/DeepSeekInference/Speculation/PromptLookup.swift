/// Drafts the next tokens of a text from the text itself: what followed the last time that its last tokens occurred.
///
/// Summaries, edits and quotations repeat their source, so that such drafts are often right, and they cost nothing.
package struct PromptLookup {
    /// Tokens that must have occurred before; the longer run is tried first.
    private static let runs = [4, 2]

    private let limit: Int
    /// How many to draft now: doubled after a draft that was right to its end, halved after one that failed.
    private var length: Int
    private var ids: [Int32]
    /// By length of run and hash: the place after the run's latest occurrence that is not the end of the text.
    private var places: [[Int: Int]]

    /// - Parameters:
    ///   - limit: tokens of a draft at most.
    ///   - capacity: tokens that the text will have.
    package init(limit: Int, text: [Int32], capacity: Int) {
        self.limit = limit
        length = min(limit, 4)
        ids = []
        ids.reserveCapacity(capacity)
        places = Self.runs.map { _ in [:] }
        for index in places.indices { places[index].reserveCapacity(capacity) }
        for id in text { append(id) }
    }

    package mutating func append(_ id: Int32) {
        // The runs that end before this token are now followed by something.
        for (index, run) in Self.runs.enumerated() where ids.count >= run {
            places[index][hash(run)] = ids.count
        }
        ids.append(id)
    }

    /// At most `most` tokens that may come next; none if the text has not ended like this before.
    package func draft(most: Int) -> ArraySlice<Int32> {
        for (index, run) in Self.runs.enumerated() where ids.count >= run {
            guard let place = places[index][hash(run)] else { continue }
            // Hashes may collide.
            guard place >= run, ids[(place - run)..<place] == ids[(ids.count - run)...] else { continue }
            return ids[place..<min(place + min(length, most), ids.count)]
        }
        return []
    }

    package mutating func note(drafted: Int, accepted: Int) {
        guard drafted > 0 else { return }
        length = accepted == drafted ? min(length * 2, limit) : max(length / 2, min(2, limit))
    }

    private func hash(_ run: Int) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for id in ids[(ids.count - run)...] {
            hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash)
    }
}
