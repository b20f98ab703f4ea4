import DeepSeekJSON
import Synchronization

/// A conversation. What the cache holds of it is used again in the next turn.
///
/// ```swift
/// let session = ChatSession(model, system: "Answer briefly.")
/// for try await text in try session.send("What is a latent?").text { print(text, terminator: "") }
/// ```
///
/// A turn stays in the history with as much of its answer as was read: all of it, or some text before the reader
/// stopped. After an error, or if nothing was read, it is as if it had not been sent.
public final class ChatSession: Sendable {
    private struct State {
        var messages: [JSONValue]
        /// The turn that is being answered.
        var pending: PendingTurn?
        var sampling: SamplingParameters

        /// The conversation, with what was read of an answer that nobody reads on.
        var settled: [JSONValue] {
            guard let pending, pending.cancellation.isRequested else { return messages }
            return pending.history(of: messages)
        }
    }

    public let model: LanguageModel
    private let system: String?
    private let tools: [JSONValue]?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - system: what the model is told before the first turn; nil for nothing.
    ///   - tools: function descriptions for the chat template.
    public init(
        _ model: LanguageModel, system: String? = nil, tools: [JSONValue]? = nil,
        sampling: SamplingParameters = SamplingParameters()
    ) {
        self.model = model
        self.system = system
        self.tools = tools
        state = Mutex(State(messages: Self.opening(system), sampling: sampling))
    }

    /// The conversation so far, without a turn that is still being answered: to be saved as it is.
    public var messages: [JSONValue] { state.withLock { $0.settled } }

    /// For the turns to come.
    public var sampling: SamplingParameters {
        get { state.withLock { $0.sampling } }
        set { state.withLock { $0.sampling = newValue } }
    }

    /// Says something, and streams the answer.
    ///
    /// - Throws: ``InferenceError`` `sessionBusy` while somebody reads the answer before; otherwise as
    ///   ``LanguageModel/promptIDs(messages:tools:addGenerationPrompt:)``.
    public func send(_ text: String) throws -> GenerationStream {
        try send(["role": "user", "content": .string(text)])
    }

    /// Adds a message of any role that asks for an answer, such as a tool's result.
    public func send(_ message: JSONValue) throws -> GenerationStream {
        let cancellation = Cancellation()
        let request = try state.withLock { state in
            if let pending = state.pending, !pending.cancellation.isRequested {
                throw InferenceError(
                    .sessionBusy, "the turn before is still being answered; read it to its end, or cancel it")
            }
            let history = state.settled
            let messages = history + [message]
            let prompt = try model.promptIDs(messages: messages, tools: tools)
            // The model may take one more step for the turn before, which nobody will read.
            state.messages = history
            state.pending = PendingTurn(messages: messages, cancellation: cancellation)
            return GenerationRequest(prompt: prompt, sampling: state.sampling)
        }
        return model.generate(request, cancellation: cancellation) { [weak self] event in
            self?.note(event, of: cancellation)
        }
    }

    /// Forgets the conversation, but not the system prompt. An answer that is being computed is cancelled.
    public func reset() { replaceMessages(Self.opening(system)) }

    /// Goes on with a saved conversation in place of this one. An answer that is being computed is cancelled.
    ///
    /// - Parameter transcript: what ``messages`` was: an array of objects with a `role`.
    /// - Throws: ``InferenceError`` `invalidTranscript`.
    public func restore(_ transcript: JSONValue) throws(InferenceError) {
        replaceMessages(try Transcript.messages(transcript))
    }

    private func replaceMessages(_ messages: [JSONValue]) {
        state.withLock { state in
            state.pending?.cancellation.request()
            state.pending = nil
            state.messages = messages
        }
    }

    private static func opening(_ system: String?) -> [JSONValue] {
        system.map { [["role": "system", "content": .string($0)]] } ?? []
    }

    /// What the consumer of a turn's answer reads.
    private func note(_ event: Result<GenerationEvent, any Error>, of cancellation: Cancellation) {
        state.withLock { state in
            // The turn may have been given up meanwhile.
            guard state.pending?.cancellation === cancellation else { return }
            switch event {
            case .failure: state.pending = nil
            case .success(let event):
                state.pending?.answer += event.text
                guard case .finished(let result) = event, let turn = state.pending else { return }
                state.pending = nil
                state.messages =
                    result.finishReason == .cancelled ? turn.history(of: state.messages) : turn.answered
            }
        }
    }
}
