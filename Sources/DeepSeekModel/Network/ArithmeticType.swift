import DeepSeekCheckpoints
import DeepSeekTensors

/// The type of arithmetic and of the cache; weights stay as they are stored.
public enum ArithmeticType: String, Sendable, Hashable, CaseIterable {
    case float32
    /// What enters a matrix product is rounded to bfloat16; sums are kept in float32. The cache takes half the memory.
    case bfloat16
    /// What enters a product with low-bit weights is rounded to int8, a scale per 128 numbers; the rest is float32, and
    /// the cache is bfloat16. The fastest where weights are low-bit.
    case int8

    /// int8 where a checkpoint holds low-bit weights, else float32.
    public static func fastest(for checkpoint: Checkpoint) -> ArithmeticType { checkpoint.isPacked ? .int8 : .float32 }

    public var elementType: ElementType { self == .float32 ? .float32 : .bfloat16 }
}
