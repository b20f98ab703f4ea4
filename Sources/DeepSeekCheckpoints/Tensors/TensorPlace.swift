import DeepSeekTensors

/// A tensor that a file announces, and where in the file its numbers lie.
package struct TensorPlace: Sendable, Hashable {
    package let name: String
    package let elementType: ElementType
    /// Row-major; empty for a single number.
    package let shape: [Int]
    /// From the start of the file; as many bytes as type and shape ask for.
    package let range: Range<Int>
    /// The part of the file that may have to move as one when it is not aligned: ``range`` itself, or the storage
    /// that several tensors look into.
    package let storage: Range<Int>
}
