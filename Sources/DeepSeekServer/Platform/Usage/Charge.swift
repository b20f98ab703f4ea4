import DeepSeekInference

/// How a request is paid: free tokens first, then money.
package struct Charge: Sendable, Hashable {
    package var freeTokens: Int
    package var cost: Money

    /// Free tokens go to the request's tokens in their order: prompt from the cache, rest of the prompt, answer.
    package init(_ usage: TokenUsage, price: Price, freeTokens available: Int) {
        var left = max(available, 0)
        var nano = 0
        for (tokens, each) in [
            (usage.promptCacheHitTokens, price.cacheHit), (usage.promptCacheMissTokens, price.cacheMiss),
            (usage.completionTokens, price.output),
        ] {
            let free = min(tokens, left)
            left -= free
            nano += (tokens - free) * each
        }
        freeTokens = max(available, 0) - left
        cost = Money(nano: nano)
    }
}
