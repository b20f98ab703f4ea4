import DeepSeekJSON

/// How many tokens a request took.
public struct TokenUsage: Sendable, Hashable {
    public var promptTokens: Int
    /// The token that ended the answer included.
    public var completionTokens: Int
    /// Tokens of the prompt that the cache held already.
    public var promptCacheHitTokens: Int

    public var totalTokens: Int { promptTokens + completionTokens }
    /// Tokens of the prompt that had to be computed.
    public var promptCacheMissTokens: Int { promptTokens - promptCacheHitTokens }

    public init(promptTokens: Int, completionTokens: Int, promptCacheHitTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.promptCacheHitTokens = promptCacheHitTokens
    }

    public var json: JSONValue {
        [
            "prompt_tokens": .integer(promptTokens),
            "completion_tokens": .integer(completionTokens),
            "total_tokens": .integer(totalTokens),
            "prompt_cache_hit_tokens": .integer(promptCacheHitTokens),
            "prompt_cache_miss_tokens": .integer(promptCacheMissTokens),
        ]
    }
}
