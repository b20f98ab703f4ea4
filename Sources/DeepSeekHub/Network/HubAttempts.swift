/// Counts the failures of one piece of work, and pauses between its attempts.
struct HubAttempts {
    let policy: HubRetryPolicy
    /// What the work is about, for the error.
    let place: String
    private var failures = 0

    init(_ policy: HubRetryPolicy, place: String) {
        self.policy = policy
        self.place = place
    }

    /// Work has come further than ever before, so the failures before do not count any more.
    mutating func progressed() { failures = 0 }

    /// Pauses before the next attempt, or gives up with a ``HubError`` of code `network`.
    mutating func failed(_ failure: TransientFailure) async throws {
        failures += 1
        guard failures < policy.maximumFailures else {
            throw HubError(
                .network, place,
                "\(failure.message), \(failures) times in a row; check the connection, and pull again to go on "
                    + "where it broke off")
        }
        try await Task.sleep(for: policy.delay(afterFailures: failures, requested: failure.retryAfter))
    }
}
