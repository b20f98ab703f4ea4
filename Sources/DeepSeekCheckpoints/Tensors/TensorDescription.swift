import DeepSeekTensors

/// A tensor that is to be written: everything but its numbers.
public struct TensorDescription: Sendable, Hashable {
    public let name: String
    public let elementType: ElementType
    /// Row-major; empty for a single number.
    public let shape: [Int]

    public init(name: String, elementType: ElementType, shape: [Int]) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    /// To write a tensor as it was stored.
    public init(_ tensor: StoredTensor) {
        self.init(name: tensor.name, elementType: tensor.elementType, shape: tensor.shape)
    }
}
