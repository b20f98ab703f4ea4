import DeepSeekConstraints
import DeepSeekTokenizer

/// A checked request on its way to the thread that runs the model, with the way back.
package struct GenerationJob: Sendable {
    /// Its parameters are merged with the model's defaults, and `maximumTokens` is what the context allows.
    let request: GenerationRequest
    package let tokenLimit: Int
    /// The request's, compiled.
    var constraint: CompiledConstraint?
    /// Tokens to draft at most.
    package let drafts: Int
    let endsOfSequence: Set<Int32>
    /// The request's own.
    let stopTokens: Set<Int32>
    let tokenizer: Tokenizer?
    let loadSeconds: Double
    let submitted: ContinuousClock.Instant
    let cancellation: Cancellation
    let board: FigureBoard
    let receiver: AnswerReceiver

    package init(
        _ request: GenerationRequest, tokenLimit: Int, drafts: Int = 0, endsOfSequence: Set<Int32> = [],
        tokenizer: Tokenizer? = nil, loadSeconds: Double = 0, cancellation: Cancellation = Cancellation(),
        board: FigureBoard = FigureBoard(),
        continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation
    ) {
        self.init(
            request, tokenLimit: tokenLimit, drafts: drafts, endsOfSequence: endsOfSequence, tokenizer: tokenizer,
            loadSeconds: loadSeconds, cancellation: cancellation, board: board, receiver: .stream(continuation))
    }

    init(
        _ request: GenerationRequest, tokenLimit: Int, drafts: Int, endsOfSequence: Set<Int32>, tokenizer: Tokenizer?,
        loadSeconds: Double, cancellation: Cancellation, board: FigureBoard, receiver: AnswerReceiver
    ) {
        self.request = request
        self.tokenLimit = tokenLimit
        self.drafts = drafts
        self.endsOfSequence = endsOfSequence
        stopTokens = Set(request.sampling.stopTokens)
        self.tokenizer = tokenizer
        self.loadSeconds = loadSeconds
        submitted = .now
        self.cancellation = cancellation
        self.board = board
        self.receiver = receiver
    }

    /// Whether its consumer is gone, or its deadline has passed.
    func isUnwanted(_ now: ContinuousClock.Instant) -> Bool {
        cancellation.isRequested || request.deadline.map { $0 <= now } ?? false
    }

    /// Where an answer begins in its constraint. For the thread that runs the model.
    func constraintState() throws(InferenceError) -> ConstraintState? {
        guard let constraint else { return nil }
        do throws(ConstraintError) {
            return try ConstraintState(constraint, ends: endsOfSequence.sorted())
        } catch {
            throw InferenceError(error)
        }
    }

    func deliver(_ event: GenerationEvent) {
        receiver.receive(event)
    }

    func finish(_ result: GenerationResult) {
        // First, so that whoever sees the end finds the place free.
        leave()
        deliver(.finished(result))
        receiver.end()
    }

    func fail(_ error: any Error) {
        leave()
        refuse(error)
    }

    /// For a job that was never taken.
    func refuse(_ error: any Error) {
        receiver.end(error)
    }

    private func leave() {
        board.inFlight.wrappingSubtract(1, ordering: .relaxed)
        board.finishedRequests.wrappingAdd(1, ordering: .relaxed)
    }
}
