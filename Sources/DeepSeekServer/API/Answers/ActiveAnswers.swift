import Synchronization

/// The answers that are being computed, so that a server that has to end can end them.
package final class ActiveAnswers: Sendable {
    private struct State {
        var isDraining = false
        var isStopping = false
        var next = 0
        var feeds: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Its place in the list, until its last reference goes.
    final class Entry: Sendable {
        private let answers: ActiveAnswers
        private let number: Int

        fileprivate init(_ answers: ActiveAnswers, _ number: Int) { (self.answers, self.number) = (answers, number) }

        deinit { answers.state.withLock { _ = $0.feeds.removeValue(forKey: number) } }
    }

    func enter(_ cancel: @escaping @Sendable () -> Void) throws(APIError) -> Entry {
        let number: Int? = state.withLock { state in
            guard !state.isStopping else { return nil }
            state.next += 1
            state.feeds[state.next] = cancel
            return state.next
        }
        guard let number else { throw Self.refusal }
        return Entry(self, number)
    }

    package var count: Int { state.withLock { $0.feeds.count } }

    /// Whether the server is about to end: it finishes what it has.
    package var isDraining: Bool { state.withLock { $0.isDraining } }

    package func drain() { state.withLock { $0.isDraining = true } }

    /// Whether the time to finish is over.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Ends all answers and takes no more.
    package func stop() {
        let feeds = state.withLock { state in
            (state.isDraining, state.isStopping) = (true, true)
            return state.feeds
        }
        for cancel in feeds.values { cancel() }
    }

    static let refusal = APIError(.shuttingDown, "the server is shutting down; try again", retryAfter: 5)
}
