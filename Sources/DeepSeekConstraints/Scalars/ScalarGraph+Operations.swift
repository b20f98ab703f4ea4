import DeepSeekTokenizer

extension ScalarGraph {
    private struct Pair: Hashable {
        var first: Int32
        var second: Int
    }

    /// What both accept.
    func intersected(with other: ScalarGraph) throws(ConstraintError) -> ScalarGraph {
        var common: [Pair: ScalarSet] = [:]
        func intersection(_ first: Int32, _ second: Int32) -> ScalarSet {
            let key = Pair(first: first, second: Int(second))
            if let set = common[key] { return set }
            let set = sets[Int(first)].intersection(other.sets[Int(second)])
            common[key] = set
            return set
        }
        return try .exploring(from: Pair(first: 0, second: 0)) { pair in
            isAccepting[Int(pair.first)] && other.isAccepting[pair.second]
        } steps: { pair in
            var steps: [(set: ScalarSet?, target: Pair)] = []
            for edge in other.edges[pair.second] where edge.set == Edge.empty {
                steps.append((nil, Pair(first: pair.first, second: Int(edge.target))))
            }
            for edge in edges[Int(pair.first)] {
                if edge.set == Edge.empty {
                    steps.append((nil, Pair(first: edge.target, second: pair.second)))
                    continue
                }
                for theirs in other.edges[pair.second] where theirs.set != Edge.empty {
                    let set = intersection(edge.set, theirs.set)
                    if set.count > 0 { steps.append((set, Pair(first: edge.target, second: Int(theirs.target)))) }
                }
            }
            return steps
        }
    }

    /// What it accepts of so many scalars.
    func limited(toLengths minimum: Int, _ maximum: Int?) throws(ConstraintError) -> ScalarGraph {
        // Beyond the last length that matters all are alike.
        let last = maximum ?? minimum
        return try .exploring(from: Pair(first: 0, second: 0)) { pair in
            isAccepting[Int(pair.first)] && pair.second >= minimum
        } steps: { pair in
            edges[Int(pair.first)].compactMap { edge in
                if edge.set == Edge.empty { return (nil, Pair(first: edge.target, second: pair.second)) }
                if pair.second == last, maximum != nil { return nil }
                return (sets[Int(edge.set)], Pair(first: edge.target, second: min(pair.second + 1, last)))
            }
        }
    }

    /// All texts except these.
    static func anything(except texts: [String]) throws(ConstraintError) -> ScalarGraph {
        var graph = ScalarGraph()
        _ = try graph.addNode(isAccepting: true)
        let free = try graph.addNode(isAccepting: true)
        graph.addEdge(from: free, .all, to: free)
        var children: [[UInt32: Int32]] = [[:], [:]]
        var excluded = Set<Int32>()
        for text in texts {
            var node: Int32 = 0
            for scalar in text.unicodeScalars {
                if let child = children[Int(node)][scalar.value] {
                    node = child
                } else {
                    let child = try graph.addNode(isAccepting: true)
                    children.append([:])
                    children[Int(node)][scalar.value] = child
                    graph.addEdge(from: node, ScalarSet(scalar), to: child)
                    node = child
                }
            }
            excluded.insert(node)
        }
        for node in graph.edges.indices where node != Int(free) {
            let taken = ScalarSet(children[node].keys.map { $0...$0 })
            graph.addEdge(from: Int32(truncatingIfNeeded: node), taken.inverted(), to: free)
        }
        for node in excluded { graph.refuse(node) }
        return graph
    }

    /// Texts that do not hold `word`, and those that end with its first occurrence.
    static func text(upTo word: [Unicode.Scalar]) throws(ConstraintError) -> (before: ScalarGraph, until: ScalarGraph) {
        // How much of the word the text ends with (Knuth, Morris and Pratt).
        var fallback = [0]
        var length = 0
        for index in word.indices.dropFirst() {
            while length > 0, word[index] != word[length] { length = fallback[length - 1] }
            if word[index] == word[length] { length += 1 }
            fallback.append(length)
        }
        func next(_ state: Int, _ scalar: Unicode.Scalar) -> Int {
            var state = state
            while state > 0, word[state] != scalar { state = fallback[state - 1] }
            return word[state] == scalar ? state + 1 : 0
        }
        let letters = Set(word)
        let others = ScalarSet(letters.map { $0.value...$0.value }).inverted()
        func steps(_ state: Int, upTo last: Int) -> [(set: ScalarSet?, target: Int)] {
            guard state < word.count else { return [] }
            let known = letters.map { (set: Optional(ScalarSet($0)), target: next(state, $0)) }
            return known.filter { $0.target <= last } + [(others, 0)]
        }
        let before = try exploring(from: 0, accepts: { _ in true }, steps: { steps($0, upTo: word.count - 1) })
        let until = try exploring(from: 0, accepts: { $0 == word.count }, steps: { steps($0, upTo: word.count) })
        return (before, until)
    }
}
