import ArgumentParser
import DeepSeekInference

/// How many requests the engine computes together, and with how much memory.
struct EngineOptions: ParsableArguments {
    @Option(help: "Requests that are computed together at most.") var maxSequences = 32
    @Option(help: "Requests that may wait besides; others are refused with 503.") var maxQueue = 1_024
    @Option(help: "Tokens of one step at most; by default those of --chunk.") var tokenBudget: Int?
    @Option(help: "Tokens that the cache holds, over all requests and cached prefixes; by default one context.")
    var poolTokens: Int?
    @Option(help: "A folder in which prefixes are kept on the disk, to be found after a restart.")
    var contextCache: String?
    @Option(help: "Bytes that they may take there.") var contextCacheBytes = 4 << 30

    func apply(to options: inout LoadOptions) {
        options.maximumSequences = maxSequences
        options.queueLimit = maxQueue
        options.tokenBudget = tokenBudget
        options.poolTokens = poolTokens
        options.contextCacheFolder = contextCache
        options.contextCacheBytes = contextCacheBytes
    }
}
