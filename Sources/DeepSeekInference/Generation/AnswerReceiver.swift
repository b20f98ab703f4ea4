/// Where an answer goes, token by token.
enum AnswerReceiver: Sendable {
    /// To whoever reads it as it comes.
    case stream(AsyncThrowingStream<GenerationEvent, any Error>.Continuation)
    /// To a caller that runs the engine's steps itself.
    case collector(AnswerCollector)

    func receive(_ event: GenerationEvent) {
        switch self {
        case .stream(let continuation): continuation.yield(event)
        case .collector(let collector): collector.receive(event)
        }
    }

    func end(_ error: (any Error)? = nil) {
        switch self {
        case .stream(let continuation): continuation.finish(throwing: error)
        case .collector(let collector): if let error { collector.fail(error) }
        }
    }
}
