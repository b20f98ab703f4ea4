import CDeepSeekKernels

/// The loops over a low-bit cache of one instruction set. `CDeepSeekCacheKernels.h` says what each computes.
///
/// Pointers must be valid for the counts given; nothing is checked here. A segment is what a page holds of some columns.
// Unchecked: the table behind the pointer is constant.
package struct CacheKernels: @unchecked Sendable {
    private let table: UnsafePointer<dsk_cache_kernels>

    /// Bytes of what `weights` writes for one head.
    package static let weightBytes = MemoryLayout<dsk_cache_weights>.stride

    package init(_ instructionSet: InstructionSet) {
        table = dsk_cache_kernels_named(instructionSet.rawValue) ?? dsk_reference_cache_kernels()
    }

    /// Writes a token's row.
    package func encode(
        _ format: PackedCacheFormat, _ x: UnsafePointer<Float>, columns: Int, token: Int,
        _ segment: UnsafeMutableRawPointer
    ) {
        let functions = table.pointee.encode
        choose(format, functions.0, functions.1)(
            x, columns, token, segment.assumingMemoryBound(to: UInt8.self))
    }

    /// Rows of some tokens as float32.
    package func decode(
        _ format: PackedCacheFormat, _ segment: UnsafeRawPointer, columns: Int, tokens: Range<Int>,
        _ y: UnsafeMutablePointer<Float>, yStride: Int
    ) {
        let functions = table.pointee.decode
        choose(format, functions.0, functions.1)(
            segment.assumingMemoryBound(to: UInt8.self), columns, tokens.lowerBound, tokens.count, y, yStride)
    }

    /// Adds the products of queries, rows of ``PackedKernels/quantizeRow(_:columns:_:)``, with all tokens of the page to
    /// `scores`, `[heads, pageTokens]`.
    package func addScores(
        _ format: PackedCacheFormat, _ segment: UnsafeRawPointer, columns: Int, queries: UnsafePointer<UInt8>,
        rowBytes: Int, heads: Int, to scores: UnsafeMutablePointer<Float>
    ) {
        let functions = table.pointee.scores
        choose(format, functions.0, functions.1)(
            segment.assumingMemoryBound(to: UInt8.self), columns, queries, rowBytes, heads, scores)
    }

    /// One head's softmax over the first `count` tokens, brought into the form that `addValues` takes.
    package func weights(
        _ format: PackedCacheFormat, _ softmax: UnsafePointer<Float>, segment: UnsafeRawPointer, columns: Int,
        count: Int, _ weights: UnsafeMutableRawPointer
    ) {
        let scales = segment + format.segmentBytes(columns: columns) - PackedCacheFormat.pageTokens
        table.pointee.weights(
            softmax, scales.assumingMemoryBound(to: UInt8.self), count,
            weights.assumingMemoryBound(to: dsk_cache_weights.self))
    }

    /// output = output · rescale + weighted sum of the tokens' rows, for each of some heads.
    package func addValues(
        _ format: PackedCacheFormat, _ segment: UnsafeRawPointer, columns: Int, weights: UnsafeRawPointer, heads: Int,
        rescale: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, outputStride: Int
    ) {
        let functions = table.pointee.values
        choose(format, functions.0, functions.1)(
            segment.assumingMemoryBound(to: UInt8.self), columns,
            weights.assumingMemoryBound(to: dsk_cache_weights.self), heads, rescale, output, outputStride)
    }

    @inline(__always)
    private func choose<Function>(_ format: PackedCacheFormat, _ int8: Function, _ sixBit: Function) -> Function {
        format == .int8 ? int8 : sixBit
    }
}
