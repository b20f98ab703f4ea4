/// How tokens are chosen, and when to stop. What is nil comes from `generation_config.json`, and then from the default
/// that stands here.
///
/// Names and meanings are those of vLLM. Steps follow each other in this order: logit bias, repetition, frequency and
/// presence penalties, temperature, min-p, top-k, top-p.
public struct SamplingParameters: Sendable, Hashable {
    /// Divides the logits; 0 always takes the most likely token. Default 1.
    public var temperature: Double?
    /// Keeps the smallest set of most likely tokens that has this probability, in (0, 1]. Default 1.
    public var topP: Double?
    /// Keeps so many of the most likely tokens; 0 or −1 keeps all. Default 0.
    public var topK: Int?
    /// Keeps tokens at least this fraction as likely as the likeliest one, in [0, 1]. Default 0.
    public var minP: Double?
    /// Logits of tokens in the prompt or the answer are divided by it if positive, else multiplied. Default 1.
    public var repetitionPenalty: Double?
    /// Subtracted from the logits of tokens that the answer holds, in [−2, 2]. Default 0.
    public var presencePenalty: Double?
    /// Subtracted once for each time that the answer holds the token, in [−2, 2]. Default 0.
    public var frequencyPenalty: Double?
    /// The same seed gives the same answer. Nil draws one, which the result reports.
    public var seed: UInt64?
    /// Added to the logits of these tokens, each in [−100, 100].
    public var logitBias: [Int32: Double]
    /// Texts that end the answer; they are not part of it.
    public var stopStrings: [String]
    /// Tokens that end the answer, besides the model's own.
    public var stopTokens: [Int32]
    /// Goes on after the model's end of sequence.
    public var ignoresEndOfSequence: Bool
    /// Tokens of the answer at most. Default: what the context has room for.
    public var maximumTokens: Int?
    /// Reports the log-probability of each token and of this many most likely ones (0 to 20), from the network's own
    /// distribution, before any of the steps above. Nil reports none.
    public var logprobs: Int?

    public init(
        temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil, minP: Double? = nil,
        repetitionPenalty: Double? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil,
        seed: UInt64? = nil, logitBias: [Int32: Double] = [:], stopStrings: [String] = [], stopTokens: [Int32] = [],
        ignoresEndOfSequence: Bool = false, maximumTokens: Int? = nil, logprobs: Int? = nil
    ) {
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.repetitionPenalty = repetitionPenalty
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.seed = seed
        self.logitBias = logitBias
        self.stopStrings = stopStrings
        self.stopTokens = stopTokens
        self.ignoresEndOfSequence = ignoresEndOfSequence
        self.maximumTokens = maximumTokens
        self.logprobs = logprobs
    }

    /// The most likely token each time.
    public static let greedy = SamplingParameters(temperature: 0)

    /// What this leaves open, taken from a model's defaults.
    public func merged(over defaults: GenerationDefaults) -> SamplingParameters {
        var merged = self
        merged.temperature = temperature ?? defaults.temperature
        merged.topP = topP ?? defaults.topP
        merged.topK = topK ?? defaults.topK
        merged.minP = minP ?? defaults.minP
        merged.repetitionPenalty = repetitionPenalty ?? defaults.repetitionPenalty
        merged.maximumTokens = maximumTokens ?? defaults.maximumTokens
        return merged
    }
}
