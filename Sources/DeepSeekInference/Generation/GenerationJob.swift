import DeepSeekConstraints
import DeepSeekTokenizer

/// A checked request on its way to the thread that runs the model, with the way back.
struct GenerationJob: Sendable {
    /// Its parameters are merged with the model's defaults, and `maximumTokens` is what the context allows.
    let request: GenerationRequest
    let tokenLimit: Int
    /// The request's, compiled.
    var constraint: CompiledConstraint?
    /// Tokens to draft at most.
    let drafts: Int
    let endsOfSequence: Set<Int32>
    /// The request's own.
    let stopTokens: Set<Int32>
    let tokenizer: Tokenizer?
    let loadSeconds: Double
    let submitted: ContinuousClock.Instant
    let cancellation: Cancellation
    let continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    func deliver(_ event: GenerationEvent) {
        continuation.yield(event)
    }

    func finish(_ result: GenerationResult) {
        deliver(.finished(result))
        continuation.finish()
    }

    func fail(_ error: any Error) {
        continuation.finish(throwing: error)
    }
}
