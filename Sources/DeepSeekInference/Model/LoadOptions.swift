import DeepSeekModel
import DeepSeekTensors

/// How a model is opened.
public struct LoadOptions: Sendable, Hashable {
    /// The type of arithmetic. Nil takes the fastest for the weights: int8 where they are low-bit, else float32.
    public var arithmetic: ArithmeticType?
    /// How the cache is kept. Nil takes float32 where the arithmetic is float32, else bfloat16.
    public var cache: CacheFormat?
    public var attention: ForwardOptions.AttentionForm
    /// The same bits whatever the chunks of a prompt, whoever shares the steps, and whatever the cache holds, at the
    /// cost of slower prompts.
    public var batchInvariant: Bool
    /// Nil takes as many as the process may really use.
    public var threads: Int?
    /// Tokens of prompt and answer together. Nil takes the smallest of what the model has positions for, what fits in
    /// memory, and 32,768.
    public var contextLength: Int?
    /// Tokens of a prompt in one step at most.
    public var chunk: Int
    /// Tokens that are drafted from the text so far and verified in one forward pass; 0 for none. The answer stays the
    /// same, and comes sooner where it repeats its prompt.
    public var drafts: Int
    /// Nil takes the one that the environment variable `DEEPSEEK_ISA` names, or else the best of this machine.
    public var instructionSet: InstructionSet?
    /// Requests that are computed together at most. Working memory grows with the logits of so many rows only.
    public var maximumSequences: Int
    /// Tokens of one step, over all sequences: those that generate come first, and pieces of prompts fill what is left.
    /// Nil takes ``chunk``. Working memory is in proportion to it.
    public var tokenBudget: Int?
    /// Requests that may wait besides those that run; others are refused as ``InferenceError/Code-swift.enum/overloaded``.
    public var queueLimit: Int
    /// Tokens that the pool of pages holds, over all running sequences and all cached prefixes; at least
    /// ``contextLength``. Nil takes just that, enough for one user. Allocated when the model is opened.
    public var poolTokens: Int?
    /// Keeps what was computed in the pool while nothing else needs its pages, for requests that begin alike.
    public var reusesPrefixes: Bool
    /// Where pages of prefixes are also kept on the disk, to be found after a restart; nil for nowhere.
    public var contextCacheFolder: String?
    /// Bytes that they may take there; the least recently used go first.
    public var contextCacheBytes: Int

    public init(
        arithmetic: ArithmeticType? = nil, cache: CacheFormat? = nil,
        attention: ForwardOptions.AttentionForm = .automatic, batchInvariant: Bool = false, threads: Int? = nil,
        contextLength: Int? = nil, chunk: Int = 512, drafts: Int = 0, instructionSet: InstructionSet? = nil,
        maximumSequences: Int = 32, tokenBudget: Int? = nil, queueLimit: Int = 1_024, poolTokens: Int? = nil,
        reusesPrefixes: Bool = true, contextCacheFolder: String? = nil, contextCacheBytes: Int = 4 << 30
    ) {
        self.arithmetic = arithmetic
        self.cache = cache
        self.attention = attention
        self.batchInvariant = batchInvariant
        self.threads = threads
        self.contextLength = contextLength
        self.chunk = chunk
        self.drafts = drafts
        self.instructionSet = instructionSet
        self.maximumSequences = maximumSequences
        self.tokenBudget = tokenBudget
        self.queueLimit = queueLimit
        self.poolTokens = poolTokens
        self.reusesPrefixes = reusesPrefixes
        self.contextCacheFolder = contextCacheFolder
        self.contextCacheBytes = contextCacheBytes
    }

    /// The longest context that is taken without being asked for.
    public static let defaultContextLimit = 32_768

    func validate(_ configuration: ModelConfiguration) throws(InferenceError) {
        try Self.check("threads", threads, 1...4_096)
        try Self.check("chunk", chunk, 1...65_536)
        try Self.check("drafts", drafts, 0...64)
        try Self.check("maximumSequences", maximumSequences, 1...4_096)
        try Self.check("tokenBudget", tokenBudget, 1...65_536)
        try Self.check("queueLimit", queueLimit, 0...1_000_000)
        try Self.check("contextCacheBytes", contextCacheBytes, 0...(.max))
        if let contextLength, !(2...max(configuration.maximumPositions, 2)).contains(contextLength) {
            throw InferenceError(
                .invalidParameter,
                "a context of \(contextLength) tokens was asked for; this model takes 2 to "
                    + "\(configuration.maximumPositions)")
        }
        if contextCacheFolder != nil, !reusesPrefixes {
            throw InferenceError(
                .invalidParameter, "a folder for cached pages was given, but prefixes are not to be used again")
        }
        if let poolTokens, poolTokens < contextLength ?? 2 {
            throw InferenceError(
                .invalidParameter,
                "a pool of \(poolTokens) tokens cannot hold a context of \(contextLength ?? 2); make the pool larger, "
                    + "or the context shorter")
        }
    }

    private static func check(_ name: String, _ value: Int?, _ range: ClosedRange<Int>) throws(InferenceError) {
        guard let value, !range.contains(value) else { return }
        throw InferenceError(
            .invalidParameter, "\(name) is \(value); it must be between \(range.lowerBound) and \(range.upperBound)")
    }
}
