/// One token of an answer.
public struct GeneratedToken: Sendable, Hashable {
    public var id: Int32
    /// The text that became certain with it. Empty while a character is incomplete or a stop string may be beginning;
    /// nil without a tokenizer.
    public var text: String?
    /// Nil unless the request asks for log-probabilities.
    public var logprobs: TokenLogprobs?

    public init(id: Int32, text: String?, logprobs: TokenLogprobs? = nil) {
        self.id = id
        self.text = text
        self.logprobs = logprobs
    }
}
