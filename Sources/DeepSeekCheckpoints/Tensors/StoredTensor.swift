import DeepSeekTensors

/// A tensor of a checkpoint, as stored: its numbers stay where they lie in the mapped file. Only what a network cannot
/// read in place, such as GGUF's blocks, is brought into another form, when it is first asked for.
///
/// It keeps its memory for as long as it lives.
// Unchecked: the memory behind `bytes` is never written once it can be seen, and `contents` keeps it.
public struct StoredTensor: @unchecked Sendable {
    public let name: String
    public let elementType: ElementType
    /// Row-major; empty for a single number.
    public let shape: [Int]
    /// The path of the file it comes from.
    public let file: String

    private let contents: Contents

    private enum Contents {
        /// Bytes, and what keeps them valid.
        case placed(UnsafeRawBufferPointer, any AnyObject & Sendable)
        case lazy(LazyBytes)
    }

    /// `count` numbers, little-endian, aligned for their type. Valid while this value, or a copy of it, is alive. Empty
    /// when they have to be brought into another form and there is no memory for it.
    public var bytes: UnsafeRawBufferPointer {
        switch contents {
        case .placed(let bytes, _): bytes
        case .lazy(let lazy): lazy.bytes
        }
    }

    /// The number of bytes.
    public var byteCount: Int {
        switch contents {
        case .placed(let bytes, _): bytes.count
        case .lazy(let lazy): lazy.count
        }
    }

    /// Whether the bytes are memory of this process, and not mapped from a file.
    public var isAnonymous: Bool {
        if case .lazy = contents { true } else { false }
    }

    /// The number of elements.
    public var count: Int { byteCount / elementType.size }

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
        self.file = file
        contents = .placed(bytes, owner)
    }

    init(name: String, elementType: ElementType, shape: [Int], contents: LazyBytes, file: String) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
        self.file = file
        self.contents = .lazy(contents)
    }
}
