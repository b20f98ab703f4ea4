import DeepSeekConstraints

/// A prompt, and how to go on from it.
///
/// Several answers to one prompt are several requests: the first computes the prompt, and the others use its pages.
public struct GenerationRequest: Sendable, Hashable {
    /// Token ids; nothing is added to them.
    public var prompt: [Int32]
    public var sampling: SamplingParameters
    /// What the text of the answer must be; nil for any. Needs a tokenizer.
    public var constraint: OutputConstraint?
    /// Leaves special tokens, such as the end of sequence, out of the text.
    public var skipsSpecialTokens: Bool
    /// Requests of higher priority run before others, and take their place where there is none left.
    public var priority: Int
    /// On whose behalf: tenants of equal priority get equal shares of the machine. Nil is a tenant like any other.
    public var tenant: String?
    /// Whether cached prefixes are found only by requests of the same tenant. Without a tenant, they are shared with all
    /// that do not ask for isolation.
    public var isIsolated: Bool
    /// When the answer is not wanted any more, be it waiting or being computed; see ``FinishReason/deadline``.
    public var deadline: ContinuousClock.Instant?
    /// Tokens to draft at most, see ``LoadOptions/drafts``. Nil takes the number with which the model was opened.
    public var drafts: Int?

    public init(
        prompt: [Int32], sampling: SamplingParameters = SamplingParameters(), constraint: OutputConstraint? = nil,
        skipsSpecialTokens: Bool = true, priority: Int = 0, tenant: String? = nil, isIsolated: Bool = true,
        deadline: ContinuousClock.Instant? = nil, drafts: Int? = nil
    ) {
        self.prompt = prompt
        self.sampling = sampling
        self.constraint = constraint
        self.skipsSpecialTokens = skipsSpecialTokens
        self.priority = priority
        self.tenant = tenant
        self.isIsolated = isIsolated
        self.deadline = deadline
        self.drafts = drafts
    }
}
