/// How often and how soon a failed request is tried again.
public struct HubRetryPolicy: Sendable {
    /// Failures in a row, without any progress between them, after which it gives up.
    public var maximumFailures: Int
    /// The pause after the first failure; each further one is twice as long.
    public var baseDelay: Duration
    /// No pause is longer, whatever the server asks for.
    public var maximumDelay: Duration

    public init(
        maximumFailures: Int = 6, baseDelay: Duration = .seconds(1), maximumDelay: Duration = .seconds(60)
    ) {
        self.maximumFailures = max(1, maximumFailures)
        self.baseDelay = baseDelay
        self.maximumDelay = maximumDelay
    }

    /// - Parameters:
    ///   - failures: From 1.
    ///   - requested: What the server asked for in `Retry-After`.
    func delay(afterFailures failures: Int, requested: Duration?) -> Duration {
        let doublings = min(max(failures - 1, 0), 16)
        let own = baseDelay * (1 << doublings)
        // Up to a quarter more, so that files that failed together do not come back together.
        let spread = own * Double.random(in: 1...1.25)
        return min(max(spread, requested ?? .zero), maximumDelay)
    }
}

/// A failure that another attempt may mend.
struct TransientFailure: Error {
    let message: String
    var retryAfter: Duration?
}
