import DeepSeekInference

/// The figures at the end of an answer, on one line.
enum RunFigures {
    static func line(_ result: GenerationResult) -> String {
        let (usage, timings) = (result.usage, result.timings)
        var parts: [String] = []
        var prompt = "prompt \(usage.promptTokens) tokens"
        if usage.promptCacheHitTokens > 0 { prompt += " (\(usage.promptCacheHitTokens) cached)" }
        if let rate = timings.promptTokensPerSecond { prompt += ", \(Format.rate(rate))/s" }
        parts.append(prompt)
        var answer = "answer \(usage.completionTokens) tokens"
        if let rate = timings.generationTokensPerSecond { answer += ", \(Format.rate(rate))/s" }
        if let drafts = result.speculation {
            answer += " (\(drafts.accepted) of \(drafts.drafted) drafted ones taken)"
        }
        parts.append(answer)
        parts.append("first token after \(Format.decimals(timings.timeToFirstTokenSeconds, 2)) s")
        if let peak = timings.peakMemoryBytes {
            let own = timings.anonymousMemoryBytes.map { ", \(Format.bytes($0)) without mapped files" } ?? ""
            parts.append("peak memory \(Format.bytes(peak))\(own)")
        }
        if result.finishReason != .stop { parts.append("ended by \(result.finishReason.rawValue)") }
        return parts.joined(separator: "; ")
    }
}
