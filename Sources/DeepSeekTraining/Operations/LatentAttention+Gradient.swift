import DeepSeekTensors

extension LatentAttention {
    /// The gradients of one head. With P the softmax of the scores S, and D_i = dO_i·O_i:
    /// dV = Pᵀ·dO, dS = P ∘ (dO·Vᵀ − D), dQ = dS·K, dK = dSᵀ·Q.
    func differentiate(_ segment: Range<Int>, _ head: Int, _ scratch: HeadScratch, _ context: ComputeContext) {
        let kernels = context.training
        for (index, row) in segment.enumerated() {
            let place = row * output.stride + head * shape.value
            (scratch.outputGradient + index * shape.value).update(from: output.gradient + place, count: shape.value)
            scratch.sums[index] = kernels.dot(output.gradient + place, output.value + place, count: shape.value)
            scratch.maxima[index] = logSums.pointer[row * shape.heads + head]
        }
        scratch.panelsByRow(of: scratch.keys, columns: shape.key, to: scratch.keyPanelsByKey, kernels)
        scratch.panelsByRow(of: scratch.values, columns: shape.value, to: scratch.valuePanelsByKey, kernels)
        scratch.panels(of: scratch.keys, columns: shape.key, to: scratch.keyPanels)
        scratch.panels(of: scratch.queries, columns: shape.key, to: scratch.queryPanels)
        scratch.panels(of: scratch.outputGradient, columns: shape.value, to: scratch.outputGradientPanels)
        scratch.keyGradient.update(repeating: 0, count: segment.count * shape.key)
        scratch.valueGradient.update(repeating: 0, count: segment.count * shape.value)
        for first in stride(from: 0, to: segment.count, by: LatentAttentionShape.queryBlock) {
            for start in stride(
                from: 0, to: min(first + LatentAttentionShape.queryBlock, segment.count),
                by: LatentAttentionShape.keyBlock)
            { differentiateBlock(first, start, scratch, context) }
        }
        scatter(segment, head, scratch)
    }

    private func differentiateBlock(_ first: Int, _ start: Int, _ scratch: HeadScratch, _ context: ComputeContext) {
        let (width, stride) = (LatentAttentionShape.keyBlock, LatentAttentionShape.scoreStride)
        let rows = min(LatentAttentionShape.queryBlock, scratch.rows - first)
        let keys = min(width, first + rows - start)
        score(first, rows, start, keys, scratch, context)
        byKey(
            scratch.outputGradient + first * shape.value, rows: rows, columns: shape.value,
            panels: scratch.valuePanelsByKey, start, keys, scratch.scoreGradients, context)
        for row in 0..<rows {
            let scores = scratch.scores + row * stride
            // With log Σ exp as the maximum, what comes out is the softmax itself.
            var (maximum, sum) = (scratch.maxima[first + row], Float(0))
            _ = context.kernels.softmaxBlock(
                scores, count: min(keys, first + row + 1 - start), capacity: min(width, (keys + 7) / 8 * 8),
                factor: shape.scale, maximum: &maximum, sum: &sum)
            let gradients = scratch.scoreGradients + row * stride
            context.training.softmaxGradient(
                scores, gradients, shift: scratch.sums[first + row], factor: shape.scale, count: keys, gradients)
        }
        multiply(
            scratch.scores, rows: keys, rowStride: 1, stepStride: stride, steps: rows,
            panels: scratch.outputGradientPanels, panelRows: scratch.rows, from: first, columns: shape.value,
            scratch.valueGradient + start * shape.value, accumulates: true, context)
        multiply(
            scratch.scoreGradients, rows: keys, rowStride: 1, stepStride: stride, steps: rows,
            panels: scratch.queryPanels, panelRows: scratch.rows, from: first, columns: shape.key,
            scratch.keyGradient + start * shape.key, accumulates: true, context)
        multiply(
            scratch.scoreGradients, rows: rows, rowStride: stride, stepStride: 1, steps: keys,
            panels: scratch.keyPanels, panelRows: scratch.rows, from: start, columns: shape.key,
            scratch.queryGradient + first * shape.key, accumulates: start > 0, context)
    }

    private func scatter(_ segment: Range<Int>, _ head: Int, _ scratch: HeadScratch) {
        for (index, row) in segment.enumerated() {
            (queries.gradient + row * queries.stride + head * shape.key).update(
                from: scratch.queryGradient + index * shape.key, count: shape.key)
            let key = scratch.keyGradient + index * shape.key
            let target = expanded.gradient + row * expanded.stride + head * shape.expanded
            target.update(from: key, count: shape.nope)
            (target + shape.nope).update(from: scratch.valueGradient + index * shape.value, count: shape.value)
            (sharedKeyGradients.pointer + (head * output.rows + row) * shape.rope).update(
                from: key + shape.nope, count: shape.rope)
        }
    }
}
