/// A whole answer.
public struct GeneratedAnswer: Sendable, Hashable {
    public var tokens: [GeneratedToken]
    /// Nil without a tokenizer.
    public var text: String?
    public var result: GenerationResult

    public init(tokens: [GeneratedToken], text: String?, result: GenerationResult) {
        self.tokens = tokens
        self.text = text
        self.result = result
    }

    public var ids: [Int32] { tokens.map(\.id) }
}
