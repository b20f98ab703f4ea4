import DeepSeekTensors

/// The type of arithmetic and of the cache; weights stay as they are stored.
public enum ArithmeticType: String, Sendable, Hashable, CaseIterable {
    case float32
    /// What enters a matrix product is rounded to bfloat16; sums are kept in float32. The cache takes half the memory.
    case bfloat16

    public var elementType: ElementType { self == .float32 ? .float32 : .bfloat16 }
}
