/// One step of a pre-tokenizer as the file gives it, before its pattern is compiled.
struct SplitRule {
    var pattern: PatternNode
    /// The pattern as written, for errors.
    var name: String
    var behavior: SplitBehavior
    /// Whether what the pattern does not match counts as its matches.
    var isInverted = false

    /// What the `ByteLevel` pre-tokenizer of GPT-2 cuts by.
    static func byteLevel() throws(TokenizerError) -> SplitRule {
        let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        return SplitRule(pattern: try PatternParser.parse(pattern), name: pattern, behavior: .isolated)
    }

    /// The `Digits` pre-tokenizer: cuts out each digit, or each run of them.
    static func digits(individual: Bool) -> SplitRule {
        SplitRule(pattern: .set(UnicodeClasses.numeric), name: "Digits", behavior: individual ? .isolated : .contiguous)
    }
}
