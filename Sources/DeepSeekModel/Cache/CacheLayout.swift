import DeepSeekTensors

/// What a cache holds: the sizes that decide its memory.
public struct CacheLayout: Sendable, Hashable {
    /// Tokens of a page. Blocks of the softmax are pages, so this is part of the order of summation.
    public static let pageTokens = 64

    public let layers: Int
    /// Numbers per token and layer.
    public let width: Int
    /// float32 or bfloat16.
    public let elementType: ElementType

    public init(layers: Int, width: Int, elementType: ElementType) {
        self.layers = layers
        self.width = width
        self.elementType = elementType
    }

    public var bytesPerToken: Int { layers * width * elementType.size }

    public var bytesPerPage: Int { bytesPerToken * Self.pageTokens }

    public static func pages(tokens: Int) -> Int { (tokens + pageTokens - 1) / pageTokens }
}
