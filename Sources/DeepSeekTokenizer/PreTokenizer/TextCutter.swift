/// The rules of a pre-tokenizer at work on one text. Plain pointers throughout: the owners outlive it.
struct TextCutter {
    struct Rule: BitwiseCopyable {
        let matcher: PatternMatcher.Tables
        let behavior: SplitBehavior
        /// Whether what the pattern does not match counts as its matches.
        let isInverted: Bool
    }

    let rules: UnsafePointer<Rule>
    let endRule: Int
    let text: ClassifiedText

    /// Cuts a piece by the rules from `first` on.
    ///
    /// - Parameter occurring: the bits of the classes that occur in the piece, if they are known already.
    func cut(_ piece: Range<Int>, from first: Int, occurring: UInt64?, emit: (Range<Int>) -> Void) {
        guard !piece.isEmpty else { return }
        guard first < endRule else { return emit(piece) }
        let occurring = occurring ?? self.occurring(in: piece)
        var number = first
        // Most rules have nothing to say about most pieces.
        while isIdle(rules[number], occurring, piece) {
            number += 1
            guard number < endRule else { return emit(piece) }
        }
        apply(number, piece, occurring, emit: emit)
    }

    @inline(__always)
    private func occurring(in piece: Range<Int>) -> UInt64 {
        var bits: UInt64 = 0
        for index in piece { bits |= ScalarPartition.bit(text.classes[index]) }
        return bits
    }

    /// Whether the rule leaves the piece whole. What it does not match is dropped by an inverted rule that removes.
    @inline(__always)
    private func isIdle(_ rule: Rule, _ occurring: UInt64, _ piece: Range<Int>) -> Bool {
        if rule.isInverted, rule.behavior == .removed { return false }
        return occurring & ~rule.matcher.idleClasses == 0
            || !rule.matcher.prepare(text.classes, piece, states: text.states)
    }

    /// Applies a rule to a piece whose states are prepared.
    private func apply(_ number: Int, _ piece: Range<Int>, _ occurring: UInt64, emit: (Range<Int>) -> Void) {
        let rule = rules[number]
        let matcher = rule.matcher
        if rule.isInverted, rule.behavior == .removed { _ = matcher.prepare(text.classes, piece, states: text.states) }
        var joiner = PieceJoiner(rule.behavior)

        func add(_ part: Range<Int>, isMatch: Bool) {
            let isMatch = isMatch != rule.isInverted
            switch rule.behavior {
            case .isolated: handOn(part)
            case .removed: if !isMatch { handOn(part) }
            default: if let complete = joiner.add(part, isMatch: isMatch) { handOn(complete) }
            }
        }
        func handOn(_ part: Range<Int>) {
            cut(part, from: number + 1, occurring: part == piece ? occurring : nil, emit: emit)
        }

        var searchStart = piece.lowerBound
        var covered = piece.lowerBound
        var lastMatchEnd = -1
        while searchStart <= piece.upperBound,
            let match = matcher.firstMatch(
                from: searchStart, end: piece.upperBound, classes: text.classes, states: text.states)
        {
            if match.isEmpty, match.lowerBound == lastMatchEnd {
                // An empty match right behind a match is none; look again one scalar further on.
                repeat {
                    searchStart += 1
                } while searchStart < piece.upperBound
                    && text.classes[searchStart] == ScalarPartition.continuation
                continue
            }
            if covered < match.lowerBound { add(covered..<match.lowerBound, isMatch: false) }
            add(match, isMatch: true)
            covered = match.upperBound
            searchStart = match.upperBound
            lastMatchEnd = match.upperBound
        }
        if covered < piece.upperBound { add(covered..<piece.upperBound, isMatch: false) }
        if let pending = joiner.pending { handOn(pending) }
    }
}
