import DeepSeekTensors

/// Where one head's queries, keys and values, and what comes of them, lie in a thread's scratch.
///
/// Names with `panels` are right factors in the kernels' form; see `CDeepSeekTrainingKernels.h`.
struct HeadScratch {
    let rows: Int
    let shape: LatentAttentionShape
    /// `[rows, key]`, `[rows, key]`, `[rows, value]`.
    let queries, keys, values: UnsafeMutablePointer<Float>
    /// Keys and values transposed: panels over keys.
    let keyPanelsByKey, valuePanelsByKey: UnsafeMutablePointer<Float>
    /// Panels over columns.
    let keyPanels, valuePanels, queryPanels, outputGradientPanels: UnsafeMutablePointer<Float>
    /// `[rows, value]`: of the output; in the forward pass, the output.
    let outputGradient: UnsafeMutablePointer<Float>
    /// `[rows, key]`, `[rows, key]`, `[rows, value]`.
    let queryGradient, keyGradient, valueGradient: UnsafeMutablePointer<Float>
    /// `[queryBlock, scoreStride]`.
    let scores, scoreGradients: UnsafeMutablePointer<Float>
    /// `[rows]`.
    let maxima, sums: UnsafeMutablePointer<Float>

    init(_ shape: LatentAttentionShape, rows: Int, _ base: UnsafeMutablePointer<Float>) {
        self.shape = shape
        self.rows = rows
        var next = base
        func take(_ count: Int) -> UnsafeMutablePointer<Float> {
            defer { next += count }
            return next
        }
        let counts = Self.counts(shape, rows: rows)
        (queries, keys, queryGradient, keyGradient) =
            (take(counts.key), take(counts.key), take(counts.key), take(counts.key))
        (values, outputGradient, valueGradient) = (take(counts.value), take(counts.value), take(counts.value))
        keyPanelsByKey = take(counts.keyByKey)
        valuePanelsByKey = take(counts.valueByKey)
        (keyPanels, queryPanels) = (take(counts.keyPanels), take(counts.keyPanels))
        (valuePanels, outputGradientPanels) = (take(counts.valuePanels), take(counts.valuePanels))
        (scores, scoreGradients) = (take(counts.block), take(counts.block))
        (maxima, sums) = (take(counts.rows), take(counts.rows))
    }

    private static func counts(
        _ shape: LatentAttentionShape, rows: Int
    ) -> (key: Int, value: Int, keyByKey: Int, valueByKey: Int, keyPanels: Int, valuePanels: Int, block: Int, rows: Int)
    {
        func aligned(_ count: Int) -> Int { (count + 15) / 16 * 16 }
        let padded = LatentAttentionShape.padded(rows)
        return (
            aligned(rows * shape.key), aligned(rows * shape.value), padded * shape.key, padded * shape.value,
            aligned(rows * LatentAttentionShape.padded(shape.key)),
            aligned(rows * LatentAttentionShape.padded(shape.value)),
            LatentAttentionShape.queryBlock * LatentAttentionShape.scoreStride, aligned(rows)
        )
    }

    static func count(_ shape: LatentAttentionShape, rows: Int) -> Int {
        let counts = counts(shape, rows: rows)
        return 4 * counts.key + 3 * counts.value + counts.keyByKey + counts.valueByKey + 2 * counts.keyPanels
            + 2 * counts.valuePanels + 2 * counts.block + 2 * counts.rows
    }

    /// A matrix `[rows, columns]` as panels over its columns.
    func panels(
        of matrix: UnsafeMutablePointer<Float>, columns: Int, to target: UnsafeMutablePointer<Float>
    ) {
        let width = TrainingKernels.panelColumns
        for first in stride(from: 0, to: columns, by: width) {
            let count = min(width, columns - first)
            var row = target + first * rows
            for index in 0..<rows {
                row.update(from: matrix + index * columns + first, count: count)
                if count < width { (row + count).update(repeating: 0, count: width - count) }
                row += width
            }
        }
    }

    /// A matrix `[rows, columns]`, transposed, as panels over its rows.
    func panelsByRow(
        of matrix: UnsafeMutablePointer<Float>, columns: Int, to target: UnsafeMutablePointer<Float>,
        _ kernels: TrainingKernels
    ) {
        let width = TrainingKernels.panelColumns
        for first in stride(from: 0, to: rows, by: width) {
            kernels.transpose(
                Self.words(matrix + first * columns), stride: columns, rows: min(width, rows - first),
                columns: columns, UnsafeMutableRawPointer(target + first * columns).assumingMemoryBound(to: UInt32.self)
            )
        }
    }

    static func words(_ pointer: UnsafeMutablePointer<Float>) -> UnsafePointer<UInt32> {
        UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt32.self)
    }
}
