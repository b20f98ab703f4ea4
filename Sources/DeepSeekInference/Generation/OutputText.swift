import DeepSeekTokenizer

/// From the tokens of an answer to its text.
struct OutputText {
    private var detokenizer: StreamingDetokenizer?
    private var matcher: StopStringMatcher

    init(_ request: GenerationRequest, tokenizer: Tokenizer?) {
        detokenizer = tokenizer.map {
            StreamingDetokenizer(tokenizer: $0, skippingSpecialTokens: request.skipsSpecialTokens)
        }
        matcher = StopStringMatcher(request.sampling.stopStrings)
    }

    /// The stop string that was met.
    var match: String? { matcher.match }

    /// A token without text.
    var nothing: String? { detokenizer == nil ? nil : "" }

    /// The text that became certain; nil without a tokenizer.
    mutating func append(_ token: Int32) -> String? {
        guard let piece = detokenizer?.append(token) else { return nil }
        return matcher.append(piece)
    }

    /// What was held back; nil without a tokenizer.
    mutating func finish() -> String? {
        guard let piece = detokenizer?.finish() else { return nil }
        return matcher.append(piece) + matcher.finish()
    }
}
