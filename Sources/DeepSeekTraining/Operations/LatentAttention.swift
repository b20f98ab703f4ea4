import DeepSeekTensors
import Foundation

/// The attention of MLA in its expanded form (equations 17 to 19), causal within each segment: blocks of queries against
/// blocks of keys with an online softmax, and the same blocks on the way back, so that no matrix of all scores exists.
///
/// Each head of each segment is one thread's work. Arithmetic is float32.
package final class LatentAttention: Operation {
    let shape: LatentAttentionShape
    let batch: TrainingBatch
    /// `[rows, heads · (nope + rope)]`, rotated.
    let queries: Variable
    /// `[rows, heads · (nope + value)]`.
    let expanded: Variable
    /// `[rows, rope]`, rotated, shared by the heads.
    let sharedKey: Variable
    /// `[rows, heads · value]`.
    let output: Variable
    /// log Σ exp of the scaled scores: `[rows, heads]`.
    let logSums: ScratchArray<Float>
    /// The gradient of the shared key from each head: `[heads, rows, rope]`.
    let sharedKeyGradients: ScratchArray<Float>

    package var inputs: [Variable] { [queries, expanded, sharedKey] }
    package var outputs: [Variable] { [output] }

    package init(
        _ shape: LatentAttentionShape, _ batch: TrainingBatch, queries: Variable, expanded: Variable,
        sharedKey: Variable, _ output: Variable, sharedKeyGradients: ScratchArray<Float>
    ) {
        self.shape = shape
        self.batch = batch
        self.queries = queries
        self.expanded = expanded
        self.sharedKey = sharedKey
        self.output = output
        logSums = ScratchArray(capacity: output.rows * shape.heads)
        self.sharedKeyGradients = sharedKeyGradients
        sharedKeyGradients.reserve(output.rows * shape.heads * shape.rope)
    }

    /// Heads of a segment are neighbours, so that they find it in a shared cache.
    private func forEachHead(_ context: ComputeContext, _ body: (Range<Int>, Int, HeadScratch) -> Void) {
        let segments = batch.segments
        context.forEach(segments.count * shape.heads) { job, scratch in
            let segment = segments[job / shape.heads]
            body(segment, job % shape.heads, HeadScratch(shape, rows: segment.count, scratch))
        }
    }

    package func forward(_ context: ComputeContext) {
        forEachHead(context) { segment, head, scratch in
            gather(segment, head, scratch)
            scratch.panelsByRow(
                of: scratch.keys, columns: shape.key, to: scratch.keyPanelsByKey, context.training)
            scratch.panels(of: scratch.values, columns: shape.value, to: scratch.valuePanels)
            for first in stride(from: 0, to: segment.count, by: LatentAttentionShape.queryBlock) {
                attend(from: first, scratch, context)
            }
            for row in 0..<segment.count {
                (output.value + (segment.lowerBound + row) * output.stride + head * shape.value).update(
                    from: scratch.outputGradient + row * shape.value, count: shape.value)
                logSums.pointer[(segment.lowerBound + row) * shape.heads + head] = scratch.maxima[row]
            }
        }
    }

    /// Queries, keys and values of one head, one after the other.
    func gather(_ segment: Range<Int>, _ head: Int, _ scratch: HeadScratch) {
        for (index, row) in segment.enumerated() {
            (scratch.queries + index * shape.key).update(
                from: queries.value + row * queries.stride + head * shape.key, count: shape.key)
            let source = expanded.value + row * expanded.stride + head * shape.expanded
            let key = scratch.keys + index * shape.key
            key.update(from: source, count: shape.nope)
            (key + shape.nope).update(from: sharedKey.value + row * sharedKey.stride, count: shape.rope)
            (scratch.values + index * shape.value).update(from: source + shape.nope, count: shape.value)
        }
    }

    /// One block of queries: its output, and log Σ exp in `maxima`.
    private func attend(from first: Int, _ scratch: HeadScratch, _ context: ComputeContext) {
        let rows = min(LatentAttentionShape.queryBlock, scratch.rows - first)
        let width = LatentAttentionShape.keyBlock
        let output = scratch.outputGradient + first * shape.value
        for row in first..<first + rows { (scratch.maxima[row], scratch.sums[row]) = (-.infinity, 0) }
        for start in stride(from: 0, to: first + rows, by: width) {
            let keys = min(width, first + rows - start)
            score(first, rows, start, keys, scratch, context)
            for row in 0..<rows {
                // Blocks of keys begin at multiples of blocks of queries, so that every row has a key in them.
                let rescale = context.kernels.softmaxBlock(
                    scratch.scores + row * LatentAttentionShape.scoreStride, count: min(keys, first + row + 1 - start),
                    capacity: min(width, (keys + 7) / 8 * 8), factor: shape.scale,
                    maximum: scratch.maxima + first + row, sum: scratch.sums + first + row)
                guard start > 0, rescale != 1 else { continue }
                for column in 0..<shape.value { output[row * shape.value + column] *= rescale }
            }
            multiply(
                scratch.scores, rows: rows, rowStride: LatentAttentionShape.scoreStride, stepStride: 1, steps: keys,
                panels: scratch.valuePanels,
                panelRows: scratch.rows, from: start, columns: shape.value, output, accumulates: start > 0, context)
        }
        for row in 0..<rows {
            let inverse = 1 / scratch.sums[first + row]
            for column in 0..<shape.value { output[row * shape.value + column] *= inverse }
            scratch.maxima[first + row] += log(scratch.sums[first + row])
        }
    }

    /// Products of a block of queries with a block of keys, into `scores`.
    func score(
        _ first: Int, _ rows: Int, _ start: Int, _ keys: Int, _ scratch: HeadScratch, _ context: ComputeContext
    ) {
        byKey(
            scratch.queries + first * shape.key, rows: rows, columns: shape.key, panels: scratch.keyPanelsByKey,
            start, keys, scratch.scores, context)
    }

    /// Products of rows with the keys, or values, from `start` on: `[rows, scoreStride]`.
    func byKey(
        _ left: UnsafeMutablePointer<Float>, rows: Int, columns: Int, panels: UnsafeMutablePointer<Float>, _ start: Int,
        _ keys: Int, _ target: UnsafeMutablePointer<Float>, _ context: ComputeContext
    ) {
        let width = TrainingKernels.panelColumns
        for key in stride(from: 0, to: keys, by: width) {
            context.training.product(
                pairs: false, rows: rows, HeadScratch.words(left), rowStride: columns, stepStride: 1,
                panel: HeadScratch.words(panels + (start + key) * columns), steps: columns, target + key,
                cStride: LatentAttentionShape.scoreStride, columns: min(width, keys - key), accumulates: false)
        }
    }

    /// A product with panels over columns, of which the rows from `from` on are steps.
    func multiply(
        _ left: UnsafeMutablePointer<Float>, rows: Int, rowStride: Int, stepStride: Int, steps: Int,
        panels: UnsafeMutablePointer<Float>, panelRows: Int, from: Int, columns: Int,
        _ target: UnsafeMutablePointer<Float>, accumulates: Bool, _ context: ComputeContext
    ) {
        let width = TrainingKernels.panelColumns
        for column in stride(from: 0, to: columns, by: width) {
            context.training.product(
                pairs: false, rows: rows, HeadScratch.words(left), rowStride: rowStride, stepStride: stepStride,
                panel: HeadScratch.words(panels + column * panelRows + from * width), steps: steps, target + column,
                cStride: columns, columns: min(width, columns - column), accumulates: accumulates)
        }
    }

    package func backward(_ context: ComputeContext) {
        let claims = (queries.claimGradient(), expanded.claimGradient(), sharedKey.claimGradient())
        precondition(!claims.0 && !claims.1 && !claims.2, "queries, keys and values have other readers")
        forEachHead(context) { segment, head, scratch in
            gather(segment, head, scratch)
            differentiate(segment, head, scratch, context)
        }
        addSharedKeyGradients(context)
    }

    private func addSharedKeyGradients(_ context: ComputeContext) {
        let rope = shape.rope
        context.forRows(output.rows) { rows in
            for row in rows {
                let target = sharedKey.gradient + row * sharedKey.stride
                target.update(from: sharedKeyGradients.pointer + row * rope, count: rope)
                for head in 1..<max(shape.heads, 1) {
                    context.training.add(
                        target, sharedKeyGradients.pointer + (head * output.rows + row) * rope, count: rope, target)
                }
            }
        }
    }
}
