/// An answer as it comes: tokens, and at last a ``GenerationEvent/finished(_:)``, or an error.
///
/// Whoever leaves the loop, drops the stream or has its task cancelled ends the answer within one step of the model.
/// One consumer reads it.
public struct GenerationStream: AsyncSequence, Sendable {
    public typealias Element = GenerationEvent
    public typealias Failure = any Error

    private let events: AsyncThrowingStream<GenerationEvent, any Error>
    private let cancellation: Cancellation
    /// Keeps the model alive while an answer is wanted.
    private let thread: InferenceThread

    init(
        _ events: AsyncThrowingStream<GenerationEvent, any Error>, cancellation: Cancellation, thread: InferenceThread
    ) {
        self.events = events
        self.cancellation = cancellation
        self.thread = thread
    }

    /// Ends the answer within one step. The stream still delivers what was computed before, and then the result, with
    /// the reason ``FinishReason/cancelled``.
    public func cancel() { cancellation.request() }

    /// The pieces of text alone.
    public var text: some AsyncSequence<String, any Error> & Sendable {
        compactMap { event in event.text.isEmpty ? nil : event.text }
    }

    /// Waits for the end.
    ///
    /// - Throws: the error that ended the answer, or `CancellationError` when the calling task is cancelled.
    public func answer() async throws -> GeneratedAnswer {
        var tokens: [GeneratedToken] = []
        var text = ""
        for try await event in self {
            text += event.text
            switch event {
            case .token(let token): tokens.append(token)
            case .finished(let result):
                return GeneratedAnswer(
                    tokens: tokens, text: result.remainingText == nil ? nil : text, result: result)
            }
        }
        throw CancellationError()
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(base: events.makeAsyncIterator(), reader: Reader(cancellation))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var base: AsyncThrowingStream<GenerationEvent, any Error>.Iterator
        fileprivate let reader: Reader

        public mutating func next() async throws -> GenerationEvent? { try await base.next() }
    }

    /// Gone when the last copy of the iterator is: then nobody reads on.
    fileprivate final class Reader: Sendable {
        private let cancellation: Cancellation

        init(_ cancellation: Cancellation) { self.cancellation = cancellation }

        deinit { cancellation.request() }
    }
}
