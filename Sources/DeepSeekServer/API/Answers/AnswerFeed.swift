import DeepSeekInference

/// The events of all choices of a request as they come, and ticks of a clock between them.
///
/// Dropping it ends the answers. One consumer reads ``items``.
final class AnswerFeed: Sendable {
    enum Item: Sendable {
        case event(GenerationEvent, choice: Int)
        case tick
    }

    let items: AsyncThrowingStream<Item, any Error>
    /// Ends without an element when there is something to read, and throws what went wrong before.
    private let beginning: AsyncThrowingStream<Void, any Error>
    private let streams: [GenerationStream]
    private let pump: Task<Void, Never>
    private let clock: Task<Void, Never>?

    /// - Parameters:
    ///   - interval: between ticks; nil for none.
    ///   - onTick: called with each of them, even while nobody reads.
    init(_ streams: [GenerationStream], interval: Duration?, onTick: @escaping @Sendable () -> Void = {}) {
        self.streams = streams
        let (items, feed) = AsyncThrowingStream.makeStream(of: Item.self)
        let (beginning, start) = AsyncThrowingStream.makeStream(of: Void.self)
        (self.items, self.beginning) = (items, beginning)
        pump = Task {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (choice, stream) in streams.enumerated() {
                        group.addTask {
                            for try await event in stream {
                                feed.yield(.event(event, choice: choice))
                                start.finish()
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                feed.finish()
                start.finish()
            } catch {
                feed.finish(throwing: error)
                start.finish(throwing: error)
            }
        }
        clock = interval.map { interval in
            Task {
                while (try? await Task.sleep(for: interval)) != nil {
                    onTick()
                    feed.yield(.tick)
                    start.finish()
                }
            }
        }
    }

    /// Waits for the first event or the first tick.
    ///
    /// - Throws: what went wrong before either, while an answer can still say so with its status.
    func begin() async throws {
        for try await _ in beginning {}
        try Task.checkCancellation()
    }

    /// Ends the answers within one step of the model; their results still come.
    func cancel() { for stream in streams { stream.cancel() } }

    deinit {
        cancel()
        pump.cancel()
        clock?.cancel()
    }
}
