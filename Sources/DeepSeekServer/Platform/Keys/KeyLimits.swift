/// What a key may use; nil is no limit.
package struct KeyLimits: Sendable, Hashable {
    package var requestsPerMinute: Int?
    package var tokensPerMinute: Int?
    /// Days are those of UTC.
    package var tokensPerDay: Int?
    package var concurrentRequests: Int?

    package init(
        requestsPerMinute: Int? = nil, tokensPerMinute: Int? = nil, tokensPerDay: Int? = nil,
        concurrentRequests: Int? = nil
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.tokensPerDay = tokensPerDay
        self.concurrentRequests = concurrentRequests
    }

    func validate() throws(PlatformError) {
        for limit in [requestsPerMinute, tokensPerMinute, tokensPerDay, concurrentRequests] {
            guard let limit, !(1...1_000_000_000_000).contains(limit) else { continue }
            throw PlatformError(.invalidValue, "a limit of \(limit); it must be between 1 and 10^12")
        }
    }
}
