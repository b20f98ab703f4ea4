/// The deterministic automaton that reads a text from right to left; see ``PatternMatcher``.
struct ReverseAutomaton {
    /// One flag per instruction of the program: whether a match can be completed from it.
    typealias StateSet = [Bool]

    /// Bounds the work of building, so that a hostile pattern costs milliseconds and not minutes.
    private static let maximumWork = 30_000_000

    private let program: PatternProgram
    /// For each instruction that consumes, which classes it takes.
    private let takes: [[Bool]]
    /// The instructions that consume nothing, those inside the deepest lookaheads first.
    private let emptyInstructions: [[Int]]

    private(set) var states: [StateSet] = []
    private(set) var transitions: [PatternMatcher.State] = []
    /// A row of `transitions` holds `1 << shift` entries.
    let shift: Int

    init(_ program: PatternProgram, partition: ScalarPartition) throws(TokenizerError) {
        self.program = program
        let memberships = program.sets.map { partition.membership(of: $0) }
        takes = program.instructions.map { instruction in
            if case .consume(let set, _) = instruction { memberships[set] } else { [] }
        }
        emptyInstructions = (0...(program.depths.max() ?? 0)).reversed().map { depth in
            program.instructions.indices.filter { index in
                if case .consume = program.instructions[index] { return false }
                return program.depths[index] == depth
            }
        }
        shift = UInt(partition.count - 1).bitWidth - UInt(partition.count - 1).leadingZeroBitCount
        try build(classCount: partition.count)
    }

    private mutating func build(classCount: Int) throws(TokenizerError) {
        var numbers: [StateSet: Int] = [:]
        let maximumStates = (Int(PatternMatcher.State.max) + 1) >> shift
        var work = 0
        func number(of state: StateSet) throws(TokenizerError) -> Int {
            if let number = numbers[state] { return number }
            guard states.count < maximumStates else { throw program.tooComplex() }
            numbers[state] = states.count
            states.append(state)
            return states.count - 1
        }
        _ = try number(of: closed(StateSet(repeating: false, count: program.instructions.count)))
        var next = 0
        while next < states.count {
            work += classCount * program.instructions.count
            guard work <= Self.maximumWork else { throw program.tooComplex() }
            var row = [PatternMatcher.State](repeating: 0, count: 1 << shift)
            // Inside a scalar nothing changes.
            row[Int(ScalarPartition.continuation)] = PatternMatcher.State(next << shift)
            for scalarClass in 1..<classCount {
                let target = try number(of: before(states[next], scalarClass))
                row[scalarClass] = PatternMatcher.State(target << shift)
            }
            transitions += row
            next += 1
        }
    }

    /// The state one scalar further to the left.
    private func before(_ state: StateSet, _ scalarClass: Int) -> StateSet {
        var result = StateSet(repeating: false, count: state.count)
        for (index, instruction) in program.instructions.enumerated() {
            if case .consume(_, let next) = instruction { result[index] = state[next] && takes[index][scalarClass] }
        }
        return closed(result)
    }

    /// Adds the instructions that get to a match through others without consuming.
    ///
    /// A lookahead asks about its body, so the body is settled before anything outside it.
    private func closed(_ state: StateSet) -> StateSet {
        var state = state
        for level in emptyInstructions {
            var isChanged = true
            while isChanged {
                isChanged = false
                for index in level where !state[index] {
                    let isAlive =
                        switch program.instructions[index] {
                        case .accept: true
                        case .consume: false
                        case .split(let first, let second): state[first] || state[second]
                        case .look(let body, let isNegative, let next): state[body] != isNegative && state[next]
                        }
                    if isAlive {
                        state[index] = true
                        isChanged = true
                    }
                }
            }
        }
        return state
    }

    /// For every consuming instruction (and the start, row 0) and every state: the consuming instruction that a
    /// backtracking matcher would end up taking next. Instructions are numbered from 1; 0 is the end of the match.
    func choices() throws(TokenizerError) -> [UInt16] {
        var numbers = [UInt16](repeating: 0, count: program.instructions.count)
        var entries = [program.start]
        for (index, instruction) in program.instructions.enumerated() {
            guard case .consume(_, let next) = instruction else { continue }
            numbers[index] = UInt16(entries.count)
            entries.append(next)
        }
        guard entries.count * states.count <= Self.maximumWork / 10 else { throw program.tooComplex() }
        var table: [UInt16] = []
        table.reserveCapacity(entries.count * states.count)
        for entry in entries {
            for state in states { table.append(numbers[choice(from: entry, in: state) ?? 0]) }
        }
        return table
    }

    /// The first instruction that consumes or accepts, in the order of preference, among those that lead to a match.
    private func choice(from entry: Int, in state: StateSet) -> Int? {
        var visited = Set<Int>()
        var pending = [entry]
        while let index = pending.popLast() {
            guard state[index], visited.insert(index).inserted else { continue }
            switch program.instructions[index] {
            case .accept, .consume: return index
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .look(_, _, let next): pending.append(next)
            }
        }
        return nil
    }
}
