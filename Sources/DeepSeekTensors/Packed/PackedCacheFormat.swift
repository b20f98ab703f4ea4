import CDeepSeekKernels

/// Low-bit formats of a cache, in the layout that the kernels of every instruction set read
/// (`CDeepSeekCacheKernels.h`).
package enum PackedCacheFormat: Sendable, Hashable, CaseIterable {
    /// Eight bits per number, and a byte of scale per token and segment.
    case int8
    /// Six bits, as the report deploys.
    case sixBit

    /// Tokens of a page.
    package static let pageTokens = Int(DSK_CACHE_TOKENS)

    var type: dsk_cache_type {
        switch self {
        case .int8: DSK_CACHE_INT8
        case .sixBit: DSK_CACHE_6BIT
        }
    }

    /// Bytes that the tokens of a page take for a segment of so many columns, scales included: a multiple of 64.
    package func segmentBytes(columns: Int) -> Int { dsk_cache_segment_bytes(type, columns) }
}
