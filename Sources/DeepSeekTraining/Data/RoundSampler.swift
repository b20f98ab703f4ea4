import DeepSeekJSON

/// Draws what a step learns from: from a mixture of files by weight, every file in an order that is new in each round.
package final class RoundSampler<Element> {
    private struct Source {
        var elements: [Element]
        var weight: Double
        var order: [Int] = []
        var epoch = -1
        var next = 0
    }

    private var sources: [Source]
    private let seed: UInt64
    private var drawn = 0

    package init(_ files: [(elements: [Element], weight: Double)], seed: UInt64) {
        sources = files.map { Source(elements: $0.elements, weight: $0.weight) }
        self.seed = seed
    }

    package func next() -> Element {
        var random = TrainingRandom(seed: seed ^ 0x5155, stream: UInt64(drawn))
        drawn += 1
        var left = random.uniform() * sources.reduce(0) { $0 + $1.weight }
        let index = sources.firstIndex { source in
            left -= source.weight
            return left < 0
        }
        return draw(from: index ?? sources.count - 1)
    }

    private func draw(from index: Int) -> Element {
        if sources[index].epoch < 0 || sources[index].next >= sources[index].order.count {
            shuffle(index, epoch: sources[index].epoch + 1)
        }
        defer { sources[index].next += 1 }
        return sources[index].elements[sources[index].order[sources[index].next]]
    }

    private func shuffle(_ index: Int, epoch: Int) {
        var random = TrainingRandom(seed: seed, stream: UInt64(index + 1) << 32 | UInt64(epoch))
        sources[index].order = Array(sources[index].elements.indices)
        sources[index].order.shuffle(using: &random)
        sources[index].epoch = epoch
        sources[index].next = 0
    }

    package var state: JSONValue {
        [
            "drawn": .integer(drawn),
            "cursors": .array(sources.map { [.integer($0.epoch), .integer($0.next), .integer($0.elements.count)] }),
        ]
    }

    /// - Returns: whether the state is one of these files.
    package func restore(_ state: JSONValue) -> Bool {
        guard let drawn = state["drawn"]?.integer, drawn >= 0,
            let cursors = state["cursors"]?.array?.map({ $0.array?.compactMap(\.integer) ?? [] }),
            cursors.count == sources.count
        else { return false }
        for (index, cursor) in cursors.enumerated() {
            guard cursor.count == 3, cursor[0] >= -1, cursor[1] >= 0, cursor[2] == sources[index].elements.count,
                cursor[1] <= cursor[2]
            else { return false }
            guard cursor[0] >= 0 else { continue }
            shuffle(index, epoch: cursor[0])
            sources[index].next = cursor[1]
        }
        self.drawn = drawn
        return true
    }
}
