/// What it takes from each node to the end of its rule.
struct ProgramCosts: Sendable {
    static let unreachable = Int32.max / 4

    /// Bytes at least.
    let distance: [Int32]
    /// Rules at least that wait for the end of others on the way, at the time when most of them do.
    let height: [Int32]

    /// - Parameter isAvailable: the bytes that can be written at all.
    init(_ program: Program, isAvailable: [Bool]) {
        var available = [Int32](repeating: 0, count: 257)
        for byte in 0..<256 { available[byte + 1] = available[byte] + (isAvailable[byte] ? 1 : 0) }
        func canRead(_ edge: Program.Edge) -> Bool { available[Int(edge.high) + 1] > available[Int(edge.low)] }
        let predecessors = Predecessors(program)
        distance = Self.solve(program, predecessors) { edge, target, rule in
            switch edge.kind {
            case .empty: target
            case .bytes: canRead(edge) ? target + 1 : Self.unreachable
            case .call: min(target + rule, Self.unreachable)
            }
        }
        height = Self.solve(program, predecessors) { edge, target, rule in
            switch edge.kind {
            case .empty: target
            case .bytes: canRead(edge) ? target : Self.unreachable
            // Nobody waits for a rule that comes last.
            case .call: max(program.isReturn[Int(edge.target)] ? rule : min(rule + 1, Self.unreachable), target)
            }
        }
    }

    /// The least solution: nodes are visited again whenever what they lead to has become less.
    private static func solve(
        _ program: Program, _ predecessors: Predecessors,
        cost: (_ edge: Program.Edge, _ target: Int32, _ rule: Int32) -> Int32
    ) -> [Int32] {
        var costs = [Int32](repeating: unreachable, count: program.nodeCount)
        var isWaiting = [Bool](repeating: false, count: program.nodeCount)
        var waiting: [Int32] = []
        var next = 0
        func wake(_ node: Int32) {
            for source in predecessors.of(node) where !isWaiting[Int(source)] {
                isWaiting[Int(source)] = true
                waiting.append(source)
            }
        }
        for end in program.ends { costs[Int(end)] = 0 }
        for end in program.ends { wake(end) }
        while next < waiting.count {
            let node = waiting[next]
            next += 1
            isWaiting[Int(node)] = false
            var best = costs[Int(node)]
            for edge in program.edges(of: node) {
                let rule = edge.kind == .call ? costs[Int(program.starts[Int(edge.rule)])] : 0
                best = min(best, cost(edge, costs[Int(edge.target)], rule))
            }
            if best < costs[Int(node)] {
                costs[Int(node)] = best
                wake(node)
            }
            if next > 1 << 16 {
                waiting.removeFirst(next)
                next = 0
            }
        }
        return costs
    }

    /// For each node those whose costs depend on it: nodes with an edge to it, and if a rule starts there, its callers.
    private struct Predecessors {
        private var first: [Int32]
        private var sources: [Int32]

        init(_ program: Program) {
            first = [Int32](repeating: 0, count: program.nodeCount + 1)
            sources = []
            func each(_ body: (_ node: Int32, _ source: Int32) -> Void) {
                for source in 0..<Int32(truncatingIfNeeded: program.nodeCount) {
                    for edge in program.edges(of: source) {
                        body(edge.target, source)
                        if edge.kind == .call { body(program.starts[Int(edge.rule)], source) }
                    }
                }
            }
            var counts = first
            each { node, _ in counts[Int(node) + 1] += 1 }
            for node in 0..<program.nodeCount { counts[node + 1] += counts[node] }
            first = counts
            var all = [Int32](repeating: 0, count: Int(counts[program.nodeCount]))
            each { node, source in
                all[Int(counts[Int(node)])] = source
                counts[Int(node)] += 1
            }
            sources = all
        }

        func of(_ node: Int32) -> ArraySlice<Int32> { sources[Int(first[Int(node)])..<Int(first[Int(node) + 1])] }
    }
}
