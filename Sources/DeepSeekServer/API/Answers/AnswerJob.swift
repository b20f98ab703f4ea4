import DeepSeekInference

/// A request that was understood, checked and let in.
struct AnswerJob: Sendable {
    let endpoint: String
    let model: LanguageModel
    /// All choices of the first prompt, then those of the second, and so on.
    let requests: [GenerationRequest]
    let choicesPerPrompt: Int
    /// Who pays; nil on an open server.
    let account: UsageEntry?

    /// What the choices took together: a prompt counts once, with what its first choice found in the cache.
    func usage(_ results: [TokenUsage]) -> TokenUsage {
        var usage = TokenUsage(promptTokens: 0, completionTokens: 0, promptCacheHitTokens: 0)
        for (index, result) in results.enumerated() {
            usage.completionTokens += result.completionTokens
            guard index % choicesPerPrompt == 0 else { continue }
            usage.promptTokens += result.promptTokens
            usage.promptCacheHitTokens += result.promptCacheHitTokens
        }
        return usage
    }

    var promptTokens: Int {
        stride(from: 0, to: requests.count, by: choicesPerPrompt).reduce(0) { $0 + requests[$1].prompt.count }
    }
}
