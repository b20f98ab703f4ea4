import Synchronization

/// An answer that is read when it is whole.
final class AnswerCollector: Sendable {
    private struct State {
        var tokens: [GeneratedToken] = []
        var text = ""
        var outcome: Result<GenerationResult, any Error>?
    }

    private let state = Mutex(State())

    func receive(_ event: GenerationEvent) {
        state.withLock { state in
            state.text += event.text
            switch event {
            case .token(let token): state.tokens.append(token)
            case .finished(let result): state.outcome = .success(result)
            }
        }
    }

    func fail(_ error: any Error) { state.withLock { $0.outcome = .failure(error) } }

    /// - Throws: what ended the answer, or ``InferenceError`` `unfinished`.
    func answer() throws -> GeneratedAnswer {
        try state.withLock { state in
            guard let outcome = state.outcome else {
                throw InferenceError(.unfinished, "the answer was asked for before its last step was computed")
            }
            let result = try outcome.get()
            return GeneratedAnswer(
                tokens: state.tokens, text: result.remainingText == nil ? nil : state.text, result: result)
        }
    }
}
