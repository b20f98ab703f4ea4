/// What a cache takes per token beside what other ways of caching would, in bytes (section 2.1.4, table 1).
public struct CacheComparison: Sendable, Hashable {
    /// DeepSeek 67B, in bfloat16: 95 layers of 8 groups of keys and values of 128.
    public static let dense67B = 95 * 2 * 8 * 128 * 2

    /// As this package caches.
    public let bytesPerToken: Int
    /// Keys and values of every head, as the published code caches them, in bfloat16, or in float32 as this.
    public let expandedBytesPerToken: Int

    public init(_ configuration: ModelConfiguration, format: CacheFormat) {
        let size = format == .float32 ? 4 : 2
        let widths = configuration.headWidths
        bytesPerToken = CacheLayout(configuration, format: format).bytesPerToken
        expandedBytesPerToken = configuration.layers * configuration.heads * (widths.query + widths.value) * size
    }

    /// Of a cache for so many tokens; the largest number where there is none for it.
    public static func bytes(perToken: Int, tokens: Int) -> Int {
        let (bytes, overflow) = perToken.multipliedReportingOverflow(by: tokens)
        return overflow ? .max : bytes
    }

    /// 1 − this / dense 67B; negative where this is larger.
    public var savingOverDense67B: Double { 1 - Double(bytesPerToken) / Double(Self.dense67B) }
}
