/// Cuts a text into the words that byte pairs are merged within.
struct PreTokenizer: Sendable {
    /// Bounds the recursion from one rule to the next.
    static let maximumRules = 64

    private struct Rule: Sendable {
        let matcher: PatternMatcher
        let behavior: SplitBehavior
        let isInverted: Bool
    }

    let partition: ScalarPartition
    private let rules: [Rule]

    /// - Throws: ``TokenizerError`` when a pattern is too large.
    init(_ rules: [SplitRule]) throws(TokenizerError) {
        var programs: [PatternProgram] = []
        for rule in rules { programs.append(try PatternProgram(rule.pattern, name: rule.name)) }
        let partition = try ScalarPartition(sets: Set(programs.flatMap(\.sets)))
        var compiled: [Rule] = []
        for (rule, program) in zip(rules, programs) {
            let matcher = try PatternMatcher(program, partition: partition)
            compiled.append(Rule(matcher: matcher, behavior: rule.behavior, isInverted: rule.isInverted))
        }
        self.partition = partition
        self.rules = compiled
    }

    var ruleCount: Int { rules.count }

    /// Cuts `range` by the rules in `ruleRange`, each applied to the pieces of the one before; no piece is empty.
    func cut(
        _ text: ClassifiedText, _ range: Range<Int>, by ruleRange: Range<Int>, emit: (Range<Int>) -> Void
    ) {
        guard !range.isEmpty else { return }
        guard let number = ruleRange.first else { return emit(range) }
        let rule = rules[number]
        let later = number + 1..<ruleRange.upperBound
        var joiner = PieceJoiner(rule.behavior)

        func piece(_ piece: Range<Int>, isMatch: Bool) {
            let isMatch = isMatch != rule.isInverted
            switch rule.behavior {
            case .isolated: cut(text, piece, by: later, emit: emit)
            case .removed: if !isMatch { cut(text, piece, by: later, emit: emit) }
            default:
                if let complete = joiner.add(piece, isMatch: isMatch) { cut(text, complete, by: later, emit: emit) }
            }
        }

        rule.matcher.prepare(text.classes, range, states: text.states)
        var searchStart = range.lowerBound
        var covered = range.lowerBound
        var lastMatchEnd: Int?
        while searchStart <= range.upperBound,
            let match = rule.matcher.firstMatch(
                from: searchStart, end: range.upperBound, classes: text.classes, states: text.states)
        {
            if match.isEmpty, match.lowerBound == lastMatchEnd {
                // An empty match right behind a match is none; look again one scalar further on.
                repeat {
                    searchStart += 1
                } while searchStart < range.upperBound
                    && text.classes[searchStart] == ScalarPartition.continuation
                continue
            }
            if covered < match.lowerBound { piece(covered..<match.lowerBound, isMatch: false) }
            piece(match, isMatch: true)
            covered = match.upperBound
            searchStart = match.upperBound
            lastMatchEnd = match.upperBound
        }
        if covered < range.upperBound { piece(covered..<range.upperBound, isMatch: false) }
        if let pending = joiner.pending { cut(text, pending, by: later, emit: emit) }
    }
}
