import DeepSeekTensors

/// Softmax attention block by block: scores of one page of keys, the running maximum and sum, and the weighted values.
///
/// Blocks are pages of the cache, aligned to positions, and each query passes over them in order, so that a query's
/// result does not depend on which others are computed with it.
struct BlockwiseAttention {
    /// Queries that share their keys: rows of a prompt for one head, or heads of one token.
    struct Queries {
        /// `[count, width]` with a stride.
        var vectors: UnsafePointer<Float>
        var stride: Int
        var count: Int
        var width: Int
        var firstPosition: Int
        /// 1 for consecutive tokens, 0 for heads of one token.
        var positionStep: Int
        /// Weighted sums of values so far, `[count, valueWidth]` with a stride; zero at first.
        var output: UnsafeMutablePointer<Float>
        var outputStride: Int
        var valueWidth: Int
        /// Running maxima (−∞ at first) and sums (0 at first), `[count]`.
        var maxima: UnsafeMutablePointer<Float>
        var sums: UnsafeMutablePointer<Float>
    }

    /// Keys or values of a page, `[positions, width]` with a stride in elements.
    struct Rows {
        var type: ElementType
        var base: UnsafeRawPointer
        var stride: Int
    }

    /// Queries that may share a call.
    static let largestCount = 64

    let kernels: Kernels
    /// By which scores are multiplied before the softmax.
    let scale: Float
    private let panel: UnsafeMutablePointer<Float>
    private let scores: UnsafeMutablePointer<Float>
    private let rescales: UnsafeMutablePointer<Float>

    /// Floats of scratch for queries of a width.
    static func scratch(width: Int) -> Int {
        Kernels.panelSize(columns: width) + largestCount * CacheLayout.pageTokens + largestCount
    }

    init(kernels: Kernels, scale: Float, width: Int, scratch: UnsafeMutablePointer<Float>) {
        self.kernels = kernels
        self.scale = scale
        panel = scratch
        scores = panel + Kernels.panelSize(columns: width)
        rescales = scores + Self.largestCount * CacheLayout.pageTokens
    }

    /// One page: positions `start ..< start + count`, of which each query sees those up to its own.
    ///
    /// - Parameter packKeys: writes some rows of keys, at most eight, from an offset in the page on, into a panel.
    func attend(
        _ queries: Queries, start: Int, count: Int, values: Rows,
        packKeys: (_ offset: Int, _ rows: Int, _ panel: UnsafeMutablePointer<Float>) -> Void
    ) {
        let blind = queries.positionStep == 0 ? 0 : max(start - queries.firstPosition, 0)
        let seeing = queries.count - blind
        guard seeing > 0 else { return }
        let page = CacheLayout.pageTokens
        for offset in stride(from: 0, to: count, by: Kernels.panelRows) {
            let rows = min(Kernels.panelRows, count - offset)
            packKeys(offset, rows, panel)
            kernels.panelProduct(
                panel, rows: rows, queries.vectors + blind * queries.stride, xStride: queries.stride, tokens: seeing,
                columns: queries.width, scores + offset, yStride: page)
        }
        for index in 0..<seeing {
            let position = queries.firstPosition + (blind + index) * queries.positionStep
            rescales[index] = kernels.softmaxBlock(
                scores + index * page, count: min(count, position - start + 1), capacity: page, factor: scale,
                maximum: queries.maxima + blind + index, sum: queries.sums + blind + index)
        }
        kernels.weightedRows(
            values.type, values.base, stride: values.stride, count: count, scores, weightStride: page, tokens: seeing,
            width: queries.valueWidth, scale: rescales, queries.output + blind * queries.outputStride,
            outputStride: queries.outputStride)
    }

    static func begin(_ queries: Queries) {
        for index in 0..<queries.count {
            (queries.output + index * queries.outputStride).update(repeating: 0, count: queries.valueWidth)
        }
        queries.maxima.update(repeating: -.infinity, count: queries.count)
        queries.sums.update(repeating: 0, count: queries.count)
    }

    /// Divides by the sums: the outputs are then the attention's.
    static func finish(_ queries: Queries) {
        for index in 0..<queries.count {
            let output = queries.output + index * queries.outputStride
            let factor = 1 / queries.sums[index]
            for column in 0..<queries.valueWidth { output[column] *= factor }
        }
    }
}
