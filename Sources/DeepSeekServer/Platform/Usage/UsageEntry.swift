import DeepSeekInference
import Synchronization

/// The open row of one request. Dropped without being closed, it closes itself with what was sent.
package final class UsageEntry: Sendable {
    private struct State {
        var isOpen = true
        var sent = 0
    }

    private let id: String
    private let promptTokens: Int
    private let ledger: UsageLedger
    /// Gives back what the key's limits hold for it.
    private let lease: RateLimiter.Lease
    private let state = Mutex(State())

    init(id: String, promptTokens: Int, ledger: UsageLedger, lease: RateLimiter.Lease) {
        self.id = id
        self.promptTokens = promptTokens
        self.ledger = ledger
        self.lease = lease
    }

    /// Notes tokens before they are sent.
    ///
    /// - Parameter completionTokens: all so far.
    package func note(completionTokens: Int) async throws {
        state.withLock { $0.sent = completionTokens }
        try await ledger.note(id: id, promptTokens: promptTokens, completionTokens: completionTokens)
    }

    package func close(_ usage: TokenUsage, _ end: UsageState) async throws {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        guard wasOpen else { return }
        lease.spend(tokens: usage.totalTokens)
        // In a task of its own: an answer that was cancelled is paid for too.
        try await Task { [ledger, id] in _ = try await ledger.close(id: id, usage, end) }.value
    }

    deinit {
        let (isOpen, sent) = state.withLock { ($0.isOpen, $0.sent) }
        guard isOpen else { return }
        let usage = TokenUsage(
            promptTokens: sent == 0 ? 0 : promptTokens, completionTokens: sent, promptCacheHitTokens: 0)
        lease.spend(tokens: usage.totalTokens)
        Task { [ledger, id] in try await ledger.close(id: id, usage, .cancelled) }
    }
}
