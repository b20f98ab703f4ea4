import DeepSeekJSON

/// Sequences to train on, from a mixture of sources. Which source gives the n-th sequence follows from seed and n, so a
/// run that goes on reads what it would have read.
package final class SequenceSampler {
    package enum Packing: Sendable {
        /// Text: documents one after the other, cut wherever a sequence is full.
        case stream
        /// Conversations: whole ones, as many as fit; the rest is left empty.
        case whole
    }

    private let sources: [DataSource]
    private let length: Int
    private let packing: Packing
    /// Whether attention stays within a document.
    private let isolates: Bool
    private let beginning: Int32?
    private let seed: UInt64
    private var drawn = 0

    init(
        _ sources: [DataSource], length: Int, packing: Packing, isolates: Bool, beginning: Int32?, seed: UInt64
    ) {
        self.sources = sources
        self.length = length
        self.packing = packing
        self.isolates = isolates
        self.beginning = beginning
        self.seed = seed
    }

    package var epochs: Int { sources.map(\.cursor.epoch).max() ?? 0 }

    package var state: JSONValue {
        ["drawn": .integer(drawn), "cursors": .array(sources.map(\.cursor.json))]
    }

    /// - Returns: whether the state is one of this mixture.
    package func restore(_ state: JSONValue) -> Bool {
        guard let drawn = state["drawn"]?.integer, let cursors = state["cursors"]?.array?.compactMap(DataCursor.init),
            cursors.count == sources.count
        else { return false }
        self.drawn = drawn
        for (source, cursor) in zip(sources, cursors) { source.cursor = cursor }
        return true
    }

    package func next() -> TrainingSequence {
        let source = choose()
        drawn += 1
        switch packing {
        case .stream: return stream(from: source)
        case .whole: return pack(from: source)
        }
    }

    private func choose() -> DataSource {
        var random = TrainingRandom(seed: seed, stream: UInt64(drawn))
        var left = random.uniform() * sources.reduce(0) { $0 + $1.weight }
        for source in sources {
            left -= source.weight
            if left < 0 { return source }
        }
        return sources[sources.count - 1]
    }

    /// One token more than the sequence is read, and belongs to the next one too.
    private func stream(from source: DataSource) -> TrainingSequence {
        var sequence = TrainingSequence(length: length)
        source.read(length) { place, token in
            sequence.ids[place] = token
            if place > 0 { sequence.targets[place - 1] = token }
        }
        let cursor = source.cursor
        source.read(1) { _, token in sequence.targets[length - 1] = token }
        source.cursor = cursor
        guard isolates, let beginning else { return sequence }
        let starts = [0] + (1..<length).filter { sequence.ids[$0] == beginning }
        sequence.segments = zip(starts, starts.dropFirst() + [length]).map { $0..<$1 }
        // What another document begins with is not to be known from this one.
        for place in 0..<length where sequence.targets[place] == beginning { sequence.targets[place] = -1 }
        return sequence
    }

    private func pack(from source: DataSource) -> TrainingSequence {
        var sequence = TrainingSequence(length: length)
        var segments: [Range<Int>] = []
        var used = 0
        while used < length, let tokens = source.readDocument(atMost: length - used) {
            for (index, token) in tokens.enumerated() {
                sequence.ids[used + index] = token < 0 ? ~token : token
                if index > 0 { sequence.targets[used + index - 1] = token < 0 ? -1 : token }
            }
            if !tokens.isEmpty { segments.append(used..<used + tokens.count) }
            used += tokens.count
        }
        if used < length { segments.append(used..<length) }
        sequence.segments = segments
        return sequence
    }
}
