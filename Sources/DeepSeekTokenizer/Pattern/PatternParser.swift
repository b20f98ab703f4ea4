/// Reads regular expressions: the part of a dialect that has a linear-time matcher without memory of groups. Everything
/// else is refused with the pattern and the offset.
package struct PatternParser {
    /// Bounds the recursion over nested groups and classes.
    static let maximumDepth = 100
    /// Bounds `{n,m}`.
    static let maximumRepetition = 1_000

    let pattern: String
    let dialect: PatternDialect
    let scalars: [Unicode.Scalar]
    var position = 0
    var depth = 0
    var ignoresCase = false
    /// Inside a negated class: what is narrow there is wide without.
    var readsWide = false
    /// Whether `.` matches a line feed: the flag `m` of Ruby, `s` of others.
    private var dotMatchesAll = false

    private init(_ pattern: String, _ dialect: PatternDialect) {
        self.pattern = pattern
        self.dialect = dialect
        scalars = Array(pattern.unicodeScalars)
    }

    package static func parse(
        _ pattern: String, dialect: PatternDialect = .tokenizer
    ) throws(TokenizerError) -> PatternNode {
        var parser = PatternParser(pattern, dialect)
        let node = try parser.alternatives()
        guard parser.position == parser.scalars.count else { throw parser.invalid("a ')' closes nothing") }
        return node
    }

    // MARK: Structure

    private mutating func alternatives() throws(TokenizerError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw unsupported("groups nested more than \(Self.maximumDepth) deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(TokenizerError) -> PatternNode {
        var items: [PatternNode] = []
        while let scalar = peek, scalar != "|", scalar != ")" {
            items.append(try quantified(try atom()))
        }
        return items.isEmpty ? .empty : items.count == 1 ? items[0] : .sequence(items)
    }

    private mutating func atom() throws(TokenizerError) -> PatternNode {
        let start = position
        let scalar = try next()
        switch scalar {
        case "(": return try group(from: start)
        case "[": return .set(try bracketed())
        case ".": return .set(dotMatchesAll ? .all : dialect.lineEnds.inverted())
        case "$" where dialect == .output: return .lookahead(.set(.all), isNegative: true)
        // The end of a line, which here is a line feed or the end of the text.
        case "$": return .lookahead(.set(ScalarSet("\n").inverted()), isNegative: true)
        case "^" where dialect == .output: return .textStart
        case "^":
            position = start
            throw unsupported("the anchor '^'")
        case "?", "*", "+":
            position = start
            throw invalid("'\(scalar)' repeats nothing")
        case "\\": return try escape(from: start)
        default: return .set(cased(ScalarSet(scalar)))
        }
    }

    private mutating func group(from start: Int) throws(TokenizerError) -> PatternNode {
        let (outerCase, outerDot) = (ignoresCase, dotMatchesAll)
        defer { (ignoresCase, dotMatchesAll) = (outerCase, outerDot) }
        var lookahead: Bool?
        if take("?") {
            if dialect == .output, peek == "=" || peek == "!" {
                position = start
                throw unsupported("a lookahead")
            } else if take("=") {
                lookahead = false
            } else if take("!") {
                lookahead = true
            } else if dialect == .output, peek == "<" || peek == "P" {
                try groupName(from: start)
            } else if !take(":") {
                try flags(from: start)
            }
        }
        let node = try alternatives()
        guard take(")") else {
            position = start
            throw invalid("a group has no ')'")
        }
        return lookahead.map { .lookahead(node, isNegative: $0) } ?? node
    }

    /// `<name>` or `P<name>`.
    private mutating func groupName(from start: Int) throws(TokenizerError) {
        _ = take("P")
        guard take("<"), peek != "=", peek != "!" else {
            position = start
            throw unsupported("a lookbehind or a reference to a group")
        }
        while try next() != ">" {}
    }

    /// `i`, `m` (in other dialects than Ruby's `s`), `-i`, `-m` up to the colon of `(?i:…)`.
    private mutating func flags(from start: Int) throws(TokenizerError) {
        var isOn = true
        while true {
            switch try next() {
            case "-": isOn = false
            case "i": ignoresCase = isOn
            case "m" where dialect == .tokenizer, "s" where dialect == .output: dotMatchesAll = isOn
            case ":": return
            default:
                position = start
                throw unsupported("a group other than (…), (?:…), (?i:…), (?=…) and (?!…)")
            }
        }
    }

    // MARK: Repetition

    private mutating func quantified(_ node: PatternNode) throws(TokenizerError) -> PatternNode {
        let start = position
        guard let (minimum, maximum, isCounted) = try quantifier() else { return node }
        switch node {
        case .lookahead, .textStart:
            position = start
            throw unsupported("a repeated lookahead or anchor")
        default: break
        }
        let isLazy = take("?")
        if dialect == .tokenizer, isLazy, isCounted, minimum == maximum {
            position = start
            throw unsupported("'{n}?', which means different things in different libraries")
        }
        let isPossessive = !isLazy && (!isCounted || dialect == .output) && take("+")
        if isPossessive, dialect == .output {
            position = start
            throw unsupported("a possessive repetition")
        }
        let afterFirst = position
        if try quantifier() != nil {
            position = afterFirst
            throw unsupported("a repetition of a repetition")
        }
        let repeated = PatternNode.repetition(node, minimum: minimum, maximum: maximum, isLazy: isLazy)
        guard isPossessive else { return repeated }
        // Giving nothing back means, for one class of scalars, that none of them follows.
        guard case .set = node else {
            position = start
            throw unsupported("a possessive repetition of more than one class of characters")
        }
        let exhausted = PatternNode.lookahead(node, isNegative: true)
        return maximum == 1 ? .alternatives([node, exhausted]) : .sequence([repeated, exhausted])
    }

    private mutating func quantifier() throws(TokenizerError) -> (Int, Int?, isCounted: Bool)? {
        if take("?") { return (0, 1, false) }
        if take("*") { return (0, nil, false) }
        if take("+") { return (1, nil, false) }
        let start = position
        guard take("{") else { return nil }
        let minimum = number()
        var maximum = minimum
        let hasComma = take(",")
        if hasComma { maximum = number() }
        guard take("}"), minimum != nil || maximum != nil else {
            // A brace that begins no count stands for itself.
            position = start
            return nil
        }
        if minimum == nil, dialect == .output {
            position = start
            throw unsupported("'{,n}', which means different things in different libraries,")
        }
        let low = minimum ?? 0
        guard max(low, maximum ?? 0) <= Self.maximumRepetition else {
            position = start
            throw unsupported("a repetition of more than \(Self.maximumRepetition)")
        }
        guard maximum.map({ $0 >= low }) ?? true else {
            position = start
            throw invalid("a repetition whose bounds are in the wrong order")
        }
        return (low, maximum, true)
    }

    /// Decimal digits; beyond a million they are all the same, so they cannot overflow.
    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek.flatMap({ Int(String($0)) }) {
            value = min((value ?? 0) * 10 + digit, 1_000_000)
            position += 1
        }
        return value
    }

    // MARK: Tools

    var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func next() throws(TokenizerError) -> Unicode.Scalar {
        guard let scalar = peek else { throw invalid("the pattern ends too early") }
        position += 1
        return scalar
    }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    func cased(_ set: ScalarSet) -> ScalarSet { ignoresCase ? set.ignoringCase() : set }

    func invalid(_ what: String) -> TokenizerError {
        TokenizerError(.invalidPattern, "\(place): \(what); correct the pattern")
    }

    func unsupported(_ what: String) -> TokenizerError {
        TokenizerError(.unsupportedPattern, "\(place): \(what) is not supported; write the pattern without it")
    }

    private var place: String { "the pattern \"\(pattern.prefix(200))\", at character \(position)" }
}
