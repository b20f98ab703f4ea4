import DeepSeekTensors

/// Multiplies prepared factors, block by block.
struct MultiplyOperands: ParallelWork {
    let operands: UnsafeBufferPointer<ProductOperand>
    let jobs: UnsafeBufferPointer<ProductQueue.Job>
    let units: Int
    let pairs: Bool
    let words: UnsafePointer<UInt32>
    let kernels: TrainingKernels

    static let entry = WorkerPool.entry(for: MultiplyOperands.self)

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        var number = 0
        for unit in Self.range(of: units, part: part, of: parts) {
            while number + 1 < jobs.count, jobs[number + 1].firstUnit <= unit { number += 1 }
            let job = jobs[number]
            let local = unit - job.firstUnit
            // Neighbouring units share their panels.
            multiply(job, rowBlock: local % job.rowBlocks, panelBlock: local / job.rowBlocks)
        }
    }

    private func multiply(_ job: ProductQueue.Job, rowBlock: Int, panelBlock: Int) {
        let left = operands[job.left]
        let right = operands[job.right]
        let steps = right.steps(pairs: pairs)
        let row = rowBlock * ProductQueue.blockRows
        let rows = min(ProductQueue.blockRows, job.rows - row)
        let (a, rowStride, stepStride) = leftPlace(left, row: job.firstRow + row)
        let width = TrainingKernels.panelColumns
        for panel in panelBlock * ProductQueue.blockPanels..<(panelBlock + 1) * ProductQueue.blockPanels {
            let column = panel * width
            guard column < right.width else { return }
            let b = words + right.offset + panel * steps * width
            let output = job.output + row * job.stride + column
            for step in stride(from: 0, to: max(steps, 1), by: ProductQueue.blockSteps) {
                kernels.product(
                    pairs: pairs, rows: rows, a + step * stepStride, rowStride: rowStride, stepStride: stepStride,
                    panel: b + step * width, steps: min(ProductQueue.blockSteps, steps - step), output,
                    cStride: job.stride, columns: min(width, right.width - column),
                    accumulates: job.accumulates || step > 0)
            }
        }
    }

    /// A factor by columns has its rows in blocks, and is never entered in the middle of one.
    private func leftPlace(
        _ operand: ProductOperand, row: Int
    ) -> (UnsafePointer<UInt32>, rowStride: Int, stepStride: Int) {
        if operand.isInPlace(pairs: pairs) {
            let source = operand.source + row * operand.stride
            return (UnsafeRawPointer(source).assumingMemoryBound(to: UInt32.self), operand.stride, 1)
        }
        let base = words + operand.offset
        if operand.form == .leftRows {
            let rowWords = operand.rowWords(pairs: pairs)
            return (base + row * rowWords, rowWords, 1)
        }
        return (base + row * operand.steps(pairs: pairs), 1, ProductQueue.blockRows)
    }
}
