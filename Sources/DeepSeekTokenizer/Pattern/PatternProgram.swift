/// A pattern as a nondeterministic automaton over sets of scalars.
struct PatternProgram {
    enum Instruction {
        /// The match ends here.
        case accept
        /// One scalar of the set with this index, then `next`.
        case consume(set: Int, next: Int)
        /// `first`, and if that leads to no match, `second`.
        case split(first: Int, second: Int)
        /// `next` if `body` matches from here (or, negative, if it does not).
        case look(body: Int, isNegative: Bool, next: Int)
    }

    /// More than any published pattern needs, few enough that the deterministic automaton is soon built.
    static let maximumInstructions = 4_000

    private(set) var instructions: [Instruction] = [.accept]
    /// How many lookaheads surround each instruction.
    private(set) var depths: [Int] = [0]
    private(set) var sets: [ScalarSet] = []
    private(set) var start = 0

    private let pattern: String
    private var indexOfSet: [ScalarSet: Int] = [:]
    private var depth = 0
    private var steps = 0

    /// - Parameter name: the pattern as written, for errors.
    init(_ node: PatternNode, name: String) throws(TokenizerError) {
        pattern = name
        start = try compile(node, then: 0)
    }

    /// Emits the instructions of `node` in front of those at `next`, and returns where they begin.
    ///
    /// Since what follows is emitted first, only loops point forward.
    private mutating func compile(_ node: PatternNode, then next: Int) throws(TokenizerError) -> Int {
        // Counts steps besides instructions: repetitions of nothing emit nothing.
        steps += 1
        guard steps <= 10 * Self.maximumInstructions else { throw tooComplex() }
        switch node {
        case .empty: return next
        case .set(let set): return try emit(.consume(set: index(of: set), next: next))
        case .sequence(let items):
            var entry = next
            for item in items.reversed() { entry = try compile(item, then: entry) }
            return entry
        case .alternatives(let branches):
            var entry: Int?
            for branch in branches.reversed() {
                let first = try compile(branch, then: next)
                entry =
                    try entry.map { (second) throws(TokenizerError) in
                        try emit(.split(first: first, second: second))
                    } ?? first
            }
            return entry ?? next
        case .repetition(let item, let minimum, let maximum, let isLazy):
            var entry = next
            if let maximum {
                for _ in minimum..<maximum {
                    let body = try compile(item, then: entry)
                    entry = try emit(Self.choice(body, next, isLazy))
                }
            } else {
                entry = try emit(.accept)
                let body = try compile(item, then: entry)
                instructions[entry] = Self.choice(body, next, isLazy)
            }
            for _ in 0..<minimum { entry = try compile(item, then: entry) }
            return entry
        case .textStart: preconditionFailure("the dialect of tokenizers has no '^'")
        case .lookahead(let item, let isNegative):
            depth += 1
            let body = try compile(item, then: try emit(.accept))
            depth -= 1
            return try emit(.look(body: body, isNegative: isNegative, next: next))
        }
    }

    private static func choice(_ body: Int, _ exit: Int, _ isLazy: Bool) -> Instruction {
        isLazy ? .split(first: exit, second: body) : .split(first: body, second: exit)
    }

    private mutating func emit(_ instruction: Instruction) throws(TokenizerError) -> Int {
        guard instructions.count < Self.maximumInstructions else { throw tooComplex() }
        instructions.append(instruction)
        depths.append(depth)
        return instructions.count - 1
    }

    private mutating func index(of set: ScalarSet) -> Int {
        if let index = indexOfSet[set] { return index }
        indexOfSet[set] = sets.count
        sets.append(set)
        return sets.count - 1
    }

    func tooComplex() -> TokenizerError {
        TokenizerError(
            .patternTooComplex,
            "the pattern \"\(pattern.prefix(200))\" needs too large an automaton; use smaller counts in {n,m} or fewer alternatives"
        )
    }
}
