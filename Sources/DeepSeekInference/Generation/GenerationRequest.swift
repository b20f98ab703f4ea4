import DeepSeekConstraints

/// A prompt, and how to go on from it.
public struct GenerationRequest: Sendable, Hashable {
    /// Token ids; nothing is added to them.
    public var prompt: [Int32]
    public var sampling: SamplingParameters
    /// What the text of the answer must be; nil for any. Needs a tokenizer.
    public var constraint: OutputConstraint?
    /// Leaves special tokens, such as the end of sequence, out of the text.
    public var skipsSpecialTokens: Bool
    /// The chat session whose cache the request continues.
    package var session: SessionID?

    public init(
        prompt: [Int32], sampling: SamplingParameters = SamplingParameters(), constraint: OutputConstraint? = nil,
        skipsSpecialTokens: Bool = true
    ) {
        self.prompt = prompt
        self.sampling = sampling
        self.constraint = constraint
        self.skipsSpecialTokens = skipsSpecialTokens
    }
}
