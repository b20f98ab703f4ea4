/// Cuts a text into the words that byte pairs are merged within.
struct PreTokenizer: Sendable {
    /// Bounds the recursion from one rule to the next.
    static let maximumRules = 64

    let partition: ScalarPartition
    /// Own the memory that ``rules`` points into.
    private let matchers: [PatternMatcher]
    private let rules: FixedTable<TextCutter.Rule>

    /// - Throws: ``TokenizerError`` when a pattern is too large.
    init(_ rules: [SplitRule]) throws(TokenizerError) {
        var programs: [PatternProgram] = []
        for rule in rules { programs.append(try PatternProgram(rule.pattern, name: rule.name)) }
        partition = try ScalarPartition(sets: Set(programs.flatMap(\.sets)))
        var matchers: [PatternMatcher] = []
        for program in programs { matchers.append(try PatternMatcher(program, partition: partition)) }
        self.matchers = matchers
        self.rules = FixedTable(
            zip(rules, matchers).map { rule, matcher in
                TextCutter.Rule(matcher: matcher.tables, behavior: rule.behavior, isInverted: rule.isInverted)
            })
    }

    var ruleCount: Int { rules.count }

    /// Cuts a text by some of the rules, each applied to the pieces of the one before; no piece is empty.
    func cut(
        _ text: ClassifiedText, _ range: Range<Int>, by selected: Range<Int>, emit: (Range<Int>) -> Void
    ) {
        let cutter = TextCutter(rules: rules.pointer, endRule: selected.upperBound, text: text)
        withExtendedLifetime(self) {
            cutter.cut(range, from: selected.lowerBound, occurring: nil, emit: emit)
        }
    }
}
