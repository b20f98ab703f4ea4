/// A program as a deterministic automaton over bytes, whose states are made when they are first met: each is the set of
/// all ways in which a text can have been read so far.
///
/// From every state the text can be completed: what leads to no end, or nests deeper than is allowed, is not followed.
final class ByteAutomaton {
    typealias State = Int32

    static let dead: State = 0
    private static let unknown: State = -1

    let program: Program
    let costs: ProgramCosts
    private(set) var start: State = 0
    private var stacks = StackArena()
    private var keys: [[Configuration]] = []
    private var numbers: [[Configuration]: State] = [:]
    /// `[state, class]`.
    private var rows: UnsafeMutablePointer<State>
    private var capacity = 256
    /// Bytes at least to the end of a text, by state.
    private(set) var distances: [Int32] = []
    private let classCount: Int
    // Reused, so that a step allocates little more than the state it makes.
    private var waiting: [Configuration] = []
    private var seen = Set<Configuration>()
    private var found: [Configuration] = []

    init(_ program: Program, _ costs: ProgramCosts) throws(ConstraintError) {
        self.program = program
        self.costs = costs
        classCount = program.classCount
        rows = .allocate(capacity: capacity * classCount)
        _ = add([])
        for index in 0..<classCount { rows[index] = Self.dead }
        begin()
        visit(Configuration(program.starts[0], 0))
        start = try finish()
    }

    deinit { rows.deallocate() }

    var stateCount: Int { keys.count }

    /// Bytes that it holds on to, about.
    var byteCount: Int { keys.count * (classCount * 4 + 200) + stacks.count * 48 }

    func isAccepting(_ state: State) -> Bool { keys[Int(state)].last == .end }

    /// Whether no byte can follow.
    func isFinal(_ state: State) -> Bool { keys[Int(state)].count <= (isAccepting(state) ? 1 : 0) }

    func distance(_ state: State) -> Int32 { distances[Int(state)] }

    /// The state after a byte of this class.
    @inline(__always)
    func next(_ state: State, _ byteClass: Int) throws(ConstraintError) -> State {
        let known = rows[Int(state) &* classCount &+ byteClass]
        return known != Self.unknown ? known : try compute(state, byteClass)
    }

    /// The state of another automaton of the same program, in this one.
    func adopt(_ state: State, of other: ByteAutomaton) throws(ConstraintError) -> State {
        begin()
        for configuration in other.keys[Int(state)] {
            guard configuration != .end else {
                found.append(.end)
                continue
            }
            var stack: Int32 = 0
            for node in other.stacks.nodes(configuration.stack) {
                stack = stacks.push(node, on: stack, distance: costs.distance[Int(node)])
            }
            found.append(Configuration(configuration.node, stack))
        }
        return try finish()
    }

    // MARK: Making states

    private func compute(_ state: State, _ byteClass: Int) throws(ConstraintError) -> State {
        let byte = program.byteOfClass[byteClass]
        begin()
        for configuration in keys[Int(state)] where configuration != .end {
            for edge in program.edges(of: configuration.node)
            where edge.kind == .bytes && edge.low <= byte && byte <= edge.high {
                visit(Configuration(edge.target, configuration.stack))
            }
        }
        let target = try finish()
        rows[Int(state) * classCount + byteClass] = target
        return target
    }

    private func begin() {
        waiting.removeAll(keepingCapacity: true)
        seen.removeAll(keepingCapacity: true)
        found.removeAll(keepingCapacity: true)
    }

    /// Takes a way along, unless it leads to no end.
    private func visit(_ configuration: Configuration) {
        let node = Int(configuration.node)
        guard costs.distance[node] < ProgramCosts.unreachable,
            stacks.depth(configuration.stack) + costs.height[node] <= GrammarLimits.stackDepth,
            seen.insert(configuration).inserted
        else { return }
        waiting.append(configuration)
    }

    /// Follows all steps that read nothing, and makes a state of where bytes are read.
    private func finish() throws(ConstraintError) -> State {
        while let configuration = waiting.popLast() {
            let (node, stack) = (configuration.node, configuration.stack)
            if program.isEnd[Int(node)] {
                if stack == 0 {
                    found.append(.end)
                } else {
                    visit(Configuration(stacks.top(stack), stacks.parent(stack)))
                }
                continue
            }
            var readsBytes = false
            for edge in program.edges(of: node) {
                switch edge.kind {
                case .bytes: readsBytes = true
                case .empty: visit(Configuration(edge.target, stack))
                case .call: call(edge, stack)
                }
            }
            if readsBytes { found.append(configuration) }
            guard seen.count <= GrammarLimits.configurations else {
                throw ConstraintError(
                    .tooComplex,
                    "the constraint can be read in more than \(GrammarLimits.configurations) ways at one place; make its "
                        + "alternatives and repetitions differ from their first characters on")
            }
        }
        guard !found.isEmpty else { return Self.dead }
        found.sort()
        // Ends are found once for each way.
        while found.count > 1, found[found.count - 2] == .end { found.removeLast() }
        return numbers[found] ?? add(found)
    }

    private func call(_ edge: Program.Edge, _ stack: Int32) {
        let start = program.starts[Int(edge.rule)]
        if program.isReturn[Int(edge.target)] { return visit(Configuration(start, stack)) }
        let target = Int(edge.target)
        guard costs.distance[target] < ProgramCosts.unreachable,
            stacks.depth(stack) + max(costs.height[target], 1) <= GrammarLimits.stackDepth
        else { return }
        visit(Configuration(start, stacks.push(edge.target, on: stack, distance: costs.distance[target])))
    }

    private func add(_ key: [Configuration]) -> State {
        if keys.count == capacity {
            let larger = UnsafeMutablePointer<State>.allocate(capacity: 2 * capacity * classCount)
            larger.update(from: rows, count: capacity * classCount)
            rows.deallocate()
            rows = larger
            capacity *= 2
        }
        let state = State(truncatingIfNeeded: keys.count)
        (rows + keys.count * classCount).update(repeating: Self.unknown, count: classCount)
        keys.append(key)
        numbers[key] = state
        var distance = key.isEmpty ? ProgramCosts.unreachable : Int32.max
        for configuration in key {
            distance = min(
                distance,
                configuration == .end
                    ? 0
                    : min(
                        costs.distance[Int(configuration.node)] + stacks.distance(configuration.stack),
                        ProgramCosts.unreachable))
        }
        distances.append(distance)
        return state
    }
}
