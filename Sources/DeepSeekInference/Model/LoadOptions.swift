import DeepSeekModel
import DeepSeekTensors

/// How a model is opened.
public struct LoadOptions: Sendable, Hashable {
    /// The type of arithmetic. Nil takes the fastest for the weights: int8 where they are low-bit, else float32.
    public var arithmetic: ArithmeticType?
    /// How the cache is kept. Nil takes float32 where the arithmetic is float32, else bfloat16.
    public var cache: CacheFormat?
    public var attention: ForwardOptions.AttentionForm
    /// The same bits whatever the chunks of a prompt and whatever a session's cache holds, at the cost of slower prompts.
    public var batchInvariant: Bool
    /// Nil takes as many as the process may really use.
    public var threads: Int?
    /// Tokens of prompt and answer together. Nil takes the smallest of what the model has positions for, what fits in
    /// memory, and 32,768.
    public var contextLength: Int?
    /// Tokens of a prompt in one forward pass at most.
    public var chunk: Int
    /// Tokens that are drafted from the text so far and verified in one forward pass; 0 for none. The answer stays the
    /// same, and comes sooner where it repeats its prompt.
    public var drafts: Int
    /// Nil takes the one that the environment variable `DEEPSEEK_ISA` names, or else the best of this machine.
    public var instructionSet: InstructionSet?

    public init(
        arithmetic: ArithmeticType? = nil, cache: CacheFormat? = nil,
        attention: ForwardOptions.AttentionForm = .automatic, batchInvariant: Bool = false, threads: Int? = nil,
        contextLength: Int? = nil, chunk: Int = 512,
        drafts: Int = 0, instructionSet: InstructionSet? = nil
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
    }

    /// The longest context that is taken without being asked for.
    public static let defaultContextLimit = 32_768

    func validate(_ configuration: ModelConfiguration) throws(InferenceError) {
        if let threads, !(1...4_096).contains(threads) {
            throw InferenceError(.invalidParameter, "threads is \(threads); it must be between 1 and 4096")
        }
        guard (1...65_536).contains(chunk) else {
            throw InferenceError(.invalidParameter, "chunk is \(chunk); it must be between 1 and 65536")
        }
        guard (0...64).contains(drafts) else {
            throw InferenceError(.invalidParameter, "drafts is \(drafts); it must be between 0 and 64")
        }
        if let contextLength, !(2...max(configuration.maximumPositions, 2)).contains(contextLength) {
            throw InferenceError(
                .invalidParameter,
                "a context of \(contextLength) tokens was asked for; this model takes 2 to "
                    + "\(configuration.maximumPositions)")
        }
    }
}
