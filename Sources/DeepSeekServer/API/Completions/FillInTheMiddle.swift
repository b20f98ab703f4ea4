import DeepSeekTokenizer

/// Prompts with a gap, for models whose vocabulary has the tokens of DeepSeek Coder for it.
struct FillInTheMiddle: Sendable {
    private let begin: Int32
    private let hole: Int32
    private let end: Int32

    /// Nil for a vocabulary without them.
    init?(_ tokenizer: Tokenizer) {
        guard let begin = tokenizer.id(of: "<｜fim▁begin｜>"), let hole = tokenizer.id(of: "<｜fim▁hole｜>"),
            let end = tokenizer.id(of: "<｜fim▁end｜>")
        else { return nil }
        (self.begin, self.hole, self.end) = (begin, hole, end)
    }

    func prompt(prefix: [Int32], suffix: [Int32]) -> [Int32] { [begin] + prefix + [hole] + suffix + [end] }
}
