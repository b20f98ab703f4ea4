import DeepSeekTokenizer

/// A nondeterministic automaton over Unicode scalars: a regular language, to be combined with others before it becomes
/// one over bytes. It begins at node 0.
struct ScalarGraph: Sendable {
    struct Edge: Sendable {
        /// An index into ``sets``; ``empty`` for a step that reads nothing.
        var set: Int32
        var target: Int32

        static let empty: Int32 = -1
    }

    private(set) var edges: [[Edge]] = []
    private(set) var isAccepting: [Bool] = []
    private(set) var sets: [ScalarSet] = []
    private var indexOfSet: [ScalarSet: Int32] = [:]

    var count: Int { edges.count }

    mutating func addNode(isAccepting accepts: Bool = false) throws(ConstraintError) -> Int32 {
        guard edges.count < GrammarLimits.graphNodes else {
            throw ConstraintError(
                .tooComplex,
                "a pattern or a bound needs an automaton of more than \(GrammarLimits.graphNodes) nodes; use smaller "
                    + "counts, lengths or divisors")
        }
        edges.append([])
        isAccepting.append(accepts)
        return Int32(truncatingIfNeeded: edges.count - 1)
    }

    mutating func addEdge(from node: Int32, _ set: ScalarSet?, to target: Int32) {
        edges[Int(node)].append(Edge(set: set.map { index(of: $0) } ?? Edge.empty, target: target))
    }

    mutating func refuse(_ node: Int32) { isAccepting[Int(node)] = false }

    private mutating func index(of set: ScalarSet) -> Int32 {
        if let index = indexOfSet[set] { return index }
        let index = Int32(truncatingIfNeeded: sets.count)
        indexOfSet[set] = index
        sets.append(set)
        return index
    }

    /// The automaton of all states that can be reached from one.
    ///
    /// - Parameter steps: a state's edges; without a set they read nothing.
    static func exploring<State: Hashable>(
        from start: State, accepts: (State) -> Bool, steps: (State) -> [(set: ScalarSet?, target: State)]
    ) throws(ConstraintError) -> ScalarGraph {
        var graph = ScalarGraph()
        var numbers = [start: try graph.addNode(isAccepting: accepts(start))]
        var waiting = [start]
        while let state = waiting.popLast(), let number = numbers[state] {
            for (set, target) in steps(state) {
                let known: Int32
                if let number = numbers[target] {
                    known = number
                } else {
                    known = try graph.addNode(isAccepting: accepts(target))
                    numbers[target] = known
                    waiting.append(target)
                }
                graph.addEdge(from: number, set, to: known)
            }
        }
        return graph
    }
}
