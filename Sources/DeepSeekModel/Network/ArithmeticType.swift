import DeepSeekCheckpoints
import DeepSeekTensors

/// The type of arithmetic; weights stay as they are stored.
public enum ArithmeticType: String, Sendable, Hashable, CaseIterable {
    case float32
    /// What enters a matrix product is rounded to bfloat16; sums are kept in float32.
    case bfloat16
    /// What enters a product with low-bit weights is rounded to int8, a scale per 128 numbers, and so are the keys and
    /// values that prompts attend to, and queries over a low-bit latent cache; the rest is float32. The fastest where
    /// weights are low-bit.
    case int8

    /// int8 where a checkpoint holds low-bit weights, else float32.
    public static func fastest(for checkpoint: Checkpoint) -> ArithmeticType { checkpoint.isPacked ? .int8 : .float32 }

    /// The cache that goes with it where none is asked for. In int8 arithmetic latents are attended to as integers, which
    /// is faster than unpacking bfloat16 and loses nothing that shows in perplexity; keys and values have no such kernels.
    public func cacheFormat(for configuration: ModelConfiguration) -> CacheFormat {
        switch (self, configuration.attention) {
        case (.float32, _): .float32
        case (.int8, .latent): .int8
        case (.bfloat16, _), (.int8, .groupedQuery): .bfloat16
        }
    }
}
