import DeepSeekTokenizer

/// A checked request on its way to the thread that runs the model, with the way back.
struct GenerationJob: Sendable {
    /// Its parameters are merged with the model's defaults, and `maximumTokens` is what the context allows.
    let request: GenerationRequest
    let tokenLimit: Int
    /// Tokens to draft at most.
    let drafts: Int
    let endsOfSequence: Set<Int32>
    /// The request's own.
    let stopTokens: Set<Int32>
    let tokenizer: Tokenizer?
    let loadSeconds: Double
    let submitted: ContinuousClock.Instant
    let cancellation: Cancellation
    let board: FigureBoard
    let continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    func deliver(_ event: GenerationEvent) {
        continuation.yield(event)
    }

    func finish(_ result: GenerationResult) {
        deliver(.finished(result))
        continuation.finish()
        leave()
    }

    func fail(_ error: any Error) {
        refuse(error)
        leave()
    }

    /// For a job that was never taken.
    func refuse(_ error: any Error) {
        continuation.finish(throwing: error)
    }

    private func leave() {
        board.inFlight.wrappingSubtract(1, ordering: .relaxed)
        board.finishedRequests.wrappingAdd(1, ordering: .relaxed)
    }
}
