import ArgumentParser
import DeepSeekServer

/// The limits of a key.
struct KeyLimitOptions: ParsableArguments {
    @Option(help: "Requests per minute at most.") var requestsPerMinute: Int?
    @Option(help: "Tokens per minute at most, prompts and answers together.") var tokensPerMinute: Int?
    @Option(help: "Tokens per day (UTC) at most.") var tokensPerDay: Int?
    @Option(help: "Requests at once at most.") var concurrentRequests: Int?

    var limits: KeyLimits {
        KeyLimits(
            requestsPerMinute: requestsPerMinute, tokensPerMinute: tokensPerMinute, tokensPerDay: tokensPerDay,
            concurrentRequests: concurrentRequests)
    }
}
