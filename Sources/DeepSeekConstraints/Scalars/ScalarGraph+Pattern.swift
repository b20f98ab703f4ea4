import DeepSeekTokenizer

extension ScalarGraph {
    /// The texts that a regular expression matches: as a whole, or in a part of them.
    init(pattern: String, inPart: Bool = false) throws(ConstraintError) {
        let node: PatternNode
        do throws(TokenizerError) {
            node = try PatternParser.parse(pattern, dialect: .output)
        } catch {
            let code: ConstraintError.Code = error.code == .invalidPattern ? .invalidPattern : .unsupportedPattern
            throw ConstraintError(code, error.message)
        }
        let any = PatternNode.repetition(.set(.all), minimum: 0, maximum: nil, isLazy: false)
        var drawing = PatternDrawing()
        try drawing.draw(inPart ? .sequence([any, node, any]) : node)
        self = try drawing.withoutAnchors()
    }
}

/// A pattern as an automaton whose edges may be anchors.
private struct PatternDrawing {
    private enum Label {
        case empty
        case textStart
        case textEnd
        case set(ScalarSet)
    }

    private struct Place: Hashable {
        var node: Int
        var hasRead = false
        var hasEnded = false
    }

    private var edges: [[(label: Label, target: Int)]] = [[], []]
    private var steps = 0

    /// From node 0 to node 1.
    mutating func draw(_ node: PatternNode) throws(ConstraintError) { try draw(node, from: 0, to: 1) }

    private mutating func draw(_ node: PatternNode, from start: Int, to end: Int) throws(ConstraintError) {
        // Counts steps, since repetitions of nothing draw nothing.
        steps += 1
        guard steps <= GrammarLimits.graphNodes else {
            throw ConstraintError(
                .tooComplex,
                "a pattern needs an automaton of more than \(GrammarLimits.graphNodes) nodes; use smaller counts")
        }
        switch node {
        case .empty: connect(start, .empty, end)
        case .set(let set): connect(start, .set(set), end)
        case .textStart: connect(start, .textStart, end)
        // The dialect has no other.
        case .lookahead: connect(start, .textEnd, end)
        case .sequence(let items):
            var place = start
            for (index, item) in items.enumerated() {
                let next = index == items.count - 1 ? end : addNode()
                try draw(item, from: place, to: next)
                place = next
            }
            if items.isEmpty { connect(start, .empty, end) }
        case .alternatives(let branches):
            for branch in branches { try draw(branch, from: start, to: end) }
        case .repetition(let item, let minimum, let maximum, _):
            var place = start
            for _ in 0..<minimum { place = try draw(item, from: place) }
            if let maximum {
                for _ in minimum..<maximum {
                    connect(place, .empty, end)
                    place = try draw(item, from: place)
                }
            } else {
                let loop = addNode()
                connect(place, .empty, loop)
                try draw(item, from: loop, to: loop)
                place = loop
            }
            connect(place, .empty, end)
        }
    }

    private mutating func draw(_ item: PatternNode, from start: Int) throws(ConstraintError) -> Int {
        let end = addNode()
        try draw(item, from: start, to: end)
        return end
    }

    private mutating func addNode() -> Int {
        edges.append([])
        return edges.count - 1
    }

    private mutating func connect(_ start: Int, _ label: Label, _ end: Int) {
        edges[start].append((label, end))
    }

    /// The same language with the anchors resolved: one for the start holds while nothing has been read, and after one
    /// for the end nothing more is read.
    func withoutAnchors() throws(ConstraintError) -> ScalarGraph {
        try .exploring(from: Place(node: 0)) {
            $0.node == 1
        } steps: { place in
            edges[place.node].compactMap { label, target in
                var next = place
                next.node = target
                switch label {
                case .empty: return (nil, next)
                case .textStart: return place.hasRead ? nil : (nil, next)
                case .textEnd:
                    next.hasEnded = true
                    return (nil, next)
                case .set(let set):
                    next.hasRead = true
                    return place.hasEnded ? nil : (set, next)
                }
            }
        }
    }
}
