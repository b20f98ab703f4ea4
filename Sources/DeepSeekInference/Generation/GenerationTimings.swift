import DeepSeekJSON

/// How long a request took.
public struct GenerationTimings: Sendable, Hashable {
    /// Opening the model, once for all requests.
    public var loadSeconds: Double
    /// Computing the prompt, up to the choice of the first token.
    public var promptSeconds: Double
    /// From the first token to the last.
    public var generationSeconds: Double
    /// From the call of `generate` to the first token, waiting for other requests included.
    public var timeToFirstTokenSeconds: Double
    /// Computed tokens of the prompt per second; nil when no time passed.
    public var promptTokensPerSecond: Double?
    /// Tokens after the first per second; nil when there are none.
    public var generationTokensPerSecond: Double?
    /// The largest resident size of the process so far, touched pages of mapped weights included; nil where the system
    /// does not say.
    public var peakMemoryBytes: Int?
    /// What is resident at the end: allocated by the process, which is what `inspect` forecasts.
    public var anonymousMemoryBytes: Int?
    /// What is resident at the end: pages of mapped files that were touched.
    public var mappedMemoryBytes: Int?

    public init(
        loadSeconds: Double, promptSeconds: Double, generationSeconds: Double, timeToFirstTokenSeconds: Double,
        promptTokensPerSecond: Double?, generationTokensPerSecond: Double?, peakMemoryBytes: Int?,
        anonymousMemoryBytes: Int? = nil, mappedMemoryBytes: Int? = nil
    ) {
        self.loadSeconds = loadSeconds
        self.promptSeconds = promptSeconds
        self.generationSeconds = generationSeconds
        self.timeToFirstTokenSeconds = timeToFirstTokenSeconds
        self.promptTokensPerSecond = promptTokensPerSecond
        self.generationTokensPerSecond = generationTokensPerSecond
        self.peakMemoryBytes = peakMemoryBytes
        self.anonymousMemoryBytes = anonymousMemoryBytes
        self.mappedMemoryBytes = mappedMemoryBytes
    }

    public var json: JSONValue {
        [
            "load_seconds": .number(loadSeconds),
            "prompt_seconds": .number(promptSeconds),
            "generation_seconds": .number(generationSeconds),
            "time_to_first_token_seconds": .number(timeToFirstTokenSeconds),
            "prompt_tokens_per_second": promptTokensPerSecond.map { .number($0) } ?? .null,
            "generation_tokens_per_second": generationTokensPerSecond.map { .number($0) } ?? .null,
            "peak_memory_bytes": peakMemoryBytes.map { .integer($0) } ?? .null,
            "anonymous_memory_bytes": anonymousMemoryBytes.map { .integer($0) } ?? .null,
            "mapped_memory_bytes": mappedMemoryBytes.map { .integer($0) } ?? .null,
        ]
    }
}
