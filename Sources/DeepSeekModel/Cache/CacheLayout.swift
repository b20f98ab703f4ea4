import DeepSeekTensors

/// What a cache holds: the sizes that decide its memory.
public struct CacheLayout: Sendable, Hashable {
    /// Tokens of a page. Blocks of the softmax are pages, so this is part of the order of summation.
    public static let pageTokens = 64

    public let layers: Int
    /// Numbers per token and layer, in the parts that have a scale each where the format is low-bit: the normalised latent
    /// and the rotated key, or the keys and then the values of every grouped head.
    public let segments: [Int]
    public let format: CacheFormat
    /// Numbers per token and layer.
    public let width: Int
    /// Bytes of a page's rows of one layer: a multiple of 64.
    public let bytesPerLayer: Int

    public init(layers: Int, segments: [Int], format: CacheFormat) {
        self.layers = layers
        self.segments = segments
        self.format = format
        width = segments.reduce(0, +)
        bytesPerLayer = segments.reduce(0) { $0 + format.segmentBytes($1) }
    }

    public init(_ configuration: ModelConfiguration, format: CacheFormat) {
        self.init(layers: configuration.layers, segments: configuration.cacheSegments, format: format)
    }

    public var bytesPerToken: Int { layers * (bytesPerLayer / Self.pageTokens) }

    public var bytesPerPage: Int { layers * bytesPerLayer }

    public static func pages(tokens: Int) -> Int { (tokens + pageTokens - 1) / pageTokens }
}
