import Synchronization

/// The limits of keys per minute and at once. In memory: a restart begins anew.
package final class RateLimiter: Sendable {
    private struct Use {
        var requests: TokenBucket?
        var tokens: TokenBucket?
        var active = 0
    }

    private let uses = Mutex<[String: Use]>([:])

    package init() {}

    /// What one request holds while it is answered.
    package final class Lease: Sendable {
        private let limiter: RateLimiter
        private let caller: Caller

        fileprivate init(_ limiter: RateLimiter, _ caller: Caller) { (self.limiter, self.caller) = (limiter, caller) }

        /// Counts what the request took. The level may fall below nothing; then the key waits.
        func spend(tokens: Int) {
            limiter.uses.withLock { $0[caller.keyID]?.tokens?.take(Double(tokens)) }
        }

        deinit { limiter.uses.withLock { $0[caller.keyID]?.active -= 1 } }
    }

    /// - Throws: ``APIError`` `rateLimitExceeded` with the limit, and when to try again.
    package func enter(_ caller: Caller, now: ContinuousClock.Instant = .now) throws(APIError) -> Lease {
        let refusal: APIError? = uses.withLock { uses in
            var use = uses[caller.keyID] ?? Use()
            defer { uses[caller.keyID] = use }
            return Self.enter(&use, caller.limits, now)
        }
        if let refusal { throw refusal }
        return Lease(self, caller)
    }

    private static func enter(_ use: inout Use, _ limits: KeyLimits, _ now: ContinuousClock.Instant) -> APIError? {
        if let limit = limits.concurrentRequests, use.active >= limit {
            return refusal("\(limit) requests at once", wait: 1)
        }
        refill(&use.requests, limits.requestsPerMinute, now)
        refill(&use.tokens, limits.tokensPerMinute, now)
        if let limit = limits.tokensPerMinute, let wait = use.tokens?.wait(for: 1, perMinute: limit), wait > 0 {
            return refusal("\(limit) tokens per minute", wait: wait)
        }
        if let limit = limits.requestsPerMinute, let wait = use.requests?.wait(for: 1, perMinute: limit), wait > 0 {
            return refusal("\(limit) requests per minute", wait: wait)
        }
        use.requests?.take(1)
        use.active += 1
        return nil
    }

    private static func refill(_ bucket: inout TokenBucket?, _ limit: Int?, _ now: ContinuousClock.Instant) {
        guard let limit else { return bucket = nil }
        if bucket == nil { bucket = TokenBucket(perMinute: limit, now: now) }
        bucket?.fill(perMinute: limit, now: now)
    }

    private static func refusal(_ what: String, wait: Int) -> APIError {
        APIError(.rateLimitExceeded, "this key may use \(what); try again in \(wait) s", retryAfter: wait)
    }
}
