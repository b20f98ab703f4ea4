/// Reads the member `pre_tokenizer` of a `tokenizer.json`.
struct PreTokenizerReader {
    private static let maximumDepth = 16

    private(set) var rules: [SplitRule] = []
    /// Whether `ByteLevel` puts a space before each piece that does not begin with one.
    private(set) var prefixesSpace = false
    /// How many of the rules come before that space.
    private(set) var rulesBeforePrefix = 0
    private var hasByteLevel = false

    init(_ place: JSONPlace) throws(TokenizerError) {
        try read(place, depth: 0)
        guard hasByteLevel else {
            throw place.error(
                .unsupported, "has no ByteLevel step; only byte-level tokenizers are supported, choose such a model")
        }
    }

    private mutating func read(_ place: JSONPlace, depth: Int) throws(TokenizerError) {
        guard depth < Self.maximumDepth else {
            throw place.error(.unsupported, "is nested more than \(Self.maximumDepth) deep; flatten the sequences")
        }
        let type = try place.member("type").string()
        if hasByteLevel, type != "Sequence" {
            throw place.error(.unsupported, "\(type) after ByteLevel is not supported; ByteLevel must come last")
        }
        switch type {
        case "Sequence":
            for element in try place.member("pretokenizers").elements() { try read(element, depth: depth + 1) }
        case "Split": try append(try split(place), at: place)
        case "Digits":
            try append(.digits(individual: try place.bool("individual_digits", default: false)), at: place)
        case "ByteLevel":
            hasByteLevel = true
            prefixesSpace = try place.bool("add_prefix_space", default: true)
            // `trim_offsets` moves offsets, which nobody here asks for; it must only be sound.
            _ = try place.bool("trim_offsets", default: true)
            rulesBeforePrefix = rules.count
            if try place.bool("use_regex", default: true) { try append(.byteLevel(), at: place) }
        default:
            throw place.error(
                .unsupported,
                "the pre-tokenizer \(type.prefix(40)) is not supported; only Split, Digits, ByteLevel and Sequence are")
        }
    }

    private mutating func append(_ rule: SplitRule, at place: JSONPlace) throws(TokenizerError) {
        guard rules.count < PreTokenizer.maximumRules else {
            throw place.error(
                .unsupported, "is one of more than \(PreTokenizer.maximumRules) steps; combine their patterns")
        }
        rules.append(rule)
    }

    private func split(_ place: JSONPlace) throws(TokenizerError) -> SplitRule {
        let pattern = try place.member("pattern")
        let name: String
        let node: PatternNode
        if let literal = pattern.optional("String") {
            name = try literal.string()
            node = .sequence(name.unicodeScalars.map { .set(ScalarSet($0)) })
        } else {
            let regex = try pattern.member("Regex")
            name = try regex.string()
            do {
                node = try PatternParser.parse(name)
            } catch {
                throw regex.error(error.code, error.message)
            }
        }
        let behavior = try place.member("behavior")
        guard let known = SplitBehavior(rawValue: try behavior.string()) else {
            throw behavior.error(
                .invalidValue, "must be Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous")
        }
        return SplitRule(
            pattern: node, name: name, behavior: known, isInverted: try place.bool("invert", default: false))
    }
}
