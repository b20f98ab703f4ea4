/// How an answer ended, and what it took.
public struct GenerationResult: Sendable, Hashable {
    public var finishReason: FinishReason
    /// Nil unless the reason is ``FinishReason/stop``.
    public var stopCause: StopCause?
    /// What was still held back when the answer ended: to be appended to the text of the tokens. Nil without a
    /// tokenizer.
    public var remainingText: String?
    /// The seed of the request, or the one that was drawn for it.
    public var seed: UInt64
    public var usage: TokenUsage
    /// Nil without drafts.
    public var speculation: SpeculationFigures?
    public var timings: GenerationTimings

    public init(
        finishReason: FinishReason, stopCause: StopCause? = nil, remainingText: String? = nil, seed: UInt64,
        usage: TokenUsage, speculation: SpeculationFigures? = nil, timings: GenerationTimings
    ) {
        self.finishReason = finishReason
        self.stopCause = stopCause
        self.remainingText = remainingText
        self.seed = seed
        self.usage = usage
        self.speculation = speculation
        self.timings = timings
    }
}
