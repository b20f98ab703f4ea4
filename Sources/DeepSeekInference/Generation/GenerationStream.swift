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
    private let thread: EngineThread
    private let observer: Observer?
    /// Gone when neither the stream nor an iterator is left.
    private let interest: Interest

    /// Sees what the consumer reads, or the error that it meets.
    typealias Observer = @Sendable (Result<GenerationEvent, any Error>) -> Void

    init(
        _ events: AsyncThrowingStream<GenerationEvent, any Error>, cancellation: Cancellation,
        thread: EngineThread, observer: Observer?
    ) {
        self.events = events
        self.cancellation = cancellation
        self.thread = thread
        self.observer = observer
        interest = Interest(cancellation)
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
        AsyncIterator(
            base: events.makeAsyncIterator(), observer: observer, stream: interest, reader: Interest(cancellation))
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var base: AsyncThrowingStream<GenerationEvent, any Error>.Iterator
        fileprivate let observer: Observer?
        fileprivate let stream: Interest
        /// Gone when the loop is left, even if the stream is kept.
        fileprivate let reader: Interest

        public mutating func next() async throws -> GenerationEvent? {
            do {
                let event = try await base.next()
                if let event { observer?(.success(event)) }
                return event
            } catch {
                observer?(.failure(error))
                throw error
            }
        }
    }

    /// Ends the answer with its last reference.
    fileprivate final class Interest: Sendable {
        private let cancellation: Cancellation

        init(_ cancellation: Cancellation) { self.cancellation = cancellation }

        deinit { cancellation.request() }
    }
}
