import DeepSeekInference
import DeepSeekJSON

extension TokenUsage {
    /// As the platform has it, with OpenAI's place for cached tokens beside.
    var apiJSON: JSONValue {
        guard case .object(var members) = json else { return json }
        members["prompt_tokens_details"] = ["cached_tokens": .integer(promptCacheHitTokens)]
        members["completion_tokens_details"] = ["reasoning_tokens": 0]
        return .object(members)
    }
}
