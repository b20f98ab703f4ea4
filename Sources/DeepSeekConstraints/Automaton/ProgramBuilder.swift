import DeepSeekTokenizer

/// Writes a program for the rules of a grammar.
struct ProgramBuilder {
    private struct SetKey: Hashable {
        var set: ScalarSet
        var encoding: ScalarEncoding
    }

    private var edges: [(source: Int32, edge: Program.Edge)] = []
    private var nodeCount: Int32 = 0
    private var starts: [Int32] = []
    private var ends: [Int32] = []
    /// Rules for sets that take more than a few bytes to write, and are used again and again.
    private var ruleOfSet: [SetKey: Int32] = [:]
    private var sequencesOfSet: [SetKey: [[ClosedRange<UInt8>]]] = [:]

    private init() {}

    static func program(_ book: GrammarBook) throws(ConstraintError) -> Program {
        var builder = ProgramBuilder()
        for _ in book.rules { _ = try builder.addRule() }
        for (index, grammar) in book.rules.enumerated() {
            try builder.write(grammar, from: builder.starts[index], to: builder.ends[index])
        }
        return Program(
            edges: builder.edges, nodeCount: Int(builder.nodeCount), starts: builder.starts, ends: builder.ends)
    }

    private mutating func addRule() throws(ConstraintError) -> Int32 {
        starts.append(try addNode())
        ends.append(try addNode())
        return Int32(truncatingIfNeeded: starts.count - 1)
    }

    private mutating func addNode() throws(ConstraintError) -> Int32 {
        guard nodeCount < GrammarLimits.programNodes else { throw tooLarge() }
        nodeCount += 1
        return nodeCount - 1
    }

    private mutating func connect(_ source: Int32, _ edge: Program.Edge) throws(ConstraintError) {
        guard edges.count < GrammarLimits.programEdges else { throw tooLarge() }
        edges.append((source, edge))
    }

    private mutating func connect(_ source: Int32, to target: Int32) throws(ConstraintError) {
        try connect(source, .init(kind: .empty, target: target))
    }

    private func tooLarge() -> ConstraintError {
        ConstraintError(
            .tooComplex,
            "the constraint needs an automaton of more than \(GrammarLimits.programNodes) nodes; use a smaller schema, "
                + "or smaller counts and lengths")
    }

    // MARK: Grammars

    private mutating func write(
        _ grammar: Grammar, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        switch grammar {
        case .empty: try connect(start, to: end)
        case .nothing: break
        case .literal(let bytes): try write(bytes.map { $0...$0 }[...], from: start, to: end)
        case .oneOf(let texts): try write(trie: texts.map { text in text.map { $0...$0 } }, from: start, to: end)
        case .graph(let graph, let encoding): try write(graph, encoding, from: start, to: end)
        case .rule(let rule):
            try connect(start, .init(kind: .call, target: end, rule: Int32(truncatingIfNeeded: rule)))
        case .choice(let branches): for branch in branches { try write(branch, from: start, to: end) }
        case .sequence(let items):
            var place = start
            for (index, item) in items.enumerated() {
                let next = index == items.count - 1 ? end : try addNode()
                try write(item, from: place, to: next)
                place = next
            }
            if items.isEmpty { try connect(start, to: end) }
        case .repetition(let item, let minimum, let maximum, let separator):
            try write(item, minimum, maximum, separator, from: start, to: end)
        case .list(let members, let rest, let separator):
            try write(members, rest, separator, from: start, to: end)
        }
    }

    private mutating func write(
        _ item: Grammar, _ minimum: Int, _ maximum: Int?, _ separator: Grammar, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        guard maximum != 0 else { return try connect(start, to: end) }
        if minimum == 0 { try connect(start, to: end) }
        // The place after the first item, the second, and so on.
        var place = try addNode()
        try write(item, from: start, to: place)
        var count = 1
        while count < max(minimum, maximum ?? 1) {
            if count >= minimum { try connect(place, to: end) }
            let next = try addNode()
            let middle = try addNode()
            try write(separator, from: place, to: middle)
            try write(item, from: middle, to: next)
            place = next
            count += 1
        }
        if maximum == nil {
            // A node of its own, since the end may have other edges that lead to it.
            let middle = try addNode()
            try write(separator, from: place, to: middle)
            try write(item, from: middle, to: place)
        }
        try connect(place, to: end)
    }

    private mutating func write(
        _ members: [Grammar.Member], _ rest: Grammar?, _ separator: Grammar, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        // Before each member, and before the rest, a place from which something must follow.
        var places: [Int32] = []
        for _ in 0...members.count { places.append(try addNode()) }
        let lastRequired = members.lastIndex { $0.isRequired }
        try connect(start, to: places[0])
        if lastRequired == nil { try connect(start, to: end) }
        for (index, member) in members.enumerated() {
            let after = try addNode()
            try write(member.grammar, from: places[index], to: after)
            try write(separator, from: after, to: places[index + 1])
            if !member.isRequired { try connect(places[index], to: places[index + 1]) }
            if lastRequired.map({ $0 <= index }) ?? true { try connect(after, to: end) }
        }
        guard let rest, let place = places.last else { return }
        let after = try addNode()
        try write(rest, from: place, to: after)
        try write(separator, from: after, to: place)
        try connect(after, to: end)
    }

    // MARK: Bytes

    private mutating func write(
        _ bytes: ArraySlice<ClosedRange<UInt8>>, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        guard let last = bytes.last else { return try connect(start, to: end) }
        var place = start
        for range in bytes.dropLast() {
            let next = try addNode()
            try connect(place, .init(kind: .bytes, low: range.lowerBound, high: range.upperBound, target: next))
            place = next
        }
        try connect(place, .init(kind: .bytes, low: last.lowerBound, high: last.upperBound, target: end))
    }

    /// Sequences with their common beginnings written once.
    private mutating func write(
        trie sequences: [[ClosedRange<UInt8>]], from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        struct Step: Hashable {
            var node: Int32
            var range: ClosedRange<UInt8>
        }
        var known: [Step: Int32] = [:]
        for sequence in sequences {
            var place = start
            for range in sequence.dropLast() {
                let step = Step(node: place, range: range)
                if let next = known[step] {
                    place = next
                } else {
                    let next = try addNode()
                    try connect(place, .init(kind: .bytes, low: range.lowerBound, high: range.upperBound, target: next))
                    known[step] = next
                    place = next
                }
            }
            try write(sequence.suffix(1), from: place, to: end)
        }
    }

    private mutating func write(
        _ graph: ScalarGraph, _ encoding: ScalarEncoding, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        let first = nodeCount
        for _ in 0..<graph.count { _ = try addNode() }
        try connect(start, to: first)
        for (index, edges) in graph.edges.enumerated() {
            let node = first + Int32(truncatingIfNeeded: index)
            if graph.isAccepting[index] { try connect(node, to: end) }
            for edge in edges {
                let target = first + edge.target
                if edge.set == ScalarGraph.Edge.empty {
                    try connect(node, to: target)
                } else {
                    try write(graph.sets[Int(edge.set)], encoding, from: node, to: target)
                }
            }
        }
    }

    private mutating func write(
        _ set: ScalarSet, _ encoding: ScalarEncoding, from start: Int32, to end: Int32
    ) throws(ConstraintError) {
        let key = SetKey(set: set, encoding: encoding)
        let sequences = sequencesOfSet[key] ?? encoding.sequences(of: set)
        sequencesOfSet[key] = sequences
        if sequences.count <= 1 || (sequences.count <= 4 && sequences.allSatisfy { $0.count == 1 }) {
            for sequence in sequences { try write(sequence[...], from: start, to: end) }
            return
        }
        var rule = ruleOfSet[key]
        if rule == nil {
            let new = try addRule()
            ruleOfSet[key] = new
            try write(trie: sequences, from: starts[Int(new)], to: ends[Int(new)])
            rule = new
        }
        try connect(start, .init(kind: .call, target: end, rule: rule ?? 0))
    }
}
