import DeepSeekTensors

/// A tensor of a checkpoint, as stored: nothing is converted, and its numbers stay where they lie in the mapped file.
///
/// It keeps the file mapped for as long as it lives.
// Unchecked: the memory behind `bytes` is never written, and `owner` keeps it.
public struct StoredTensor: @unchecked Sendable {
    public let name: String
    public let elementType: ElementType
    /// Row-major; empty for a single number.
    public let shape: [Int]
    /// `count` numbers, little-endian, aligned for their type. Valid while this value, or a copy of it, is alive.
    public let bytes: UnsafeRawBufferPointer
    /// The path of the file it comes from.
    public let file: String

    private let owner: any AnyObject & Sendable

    /// The number of elements.
    public var count: Int { bytes.count / elementType.size }

    /// - Parameters:
    ///   - bytes: exactly as many as type and shape ask for, aligned for the type.
    ///   - owner: keeps `bytes` valid.
    package init(
        name: String, elementType: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer, file: String,
        owner: any AnyObject & Sendable
    ) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
        self.file = file
        self.owner = owner
    }
}
