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
        let (base, rowStride, stepStride) = leftPlace(left)
        let a = base + (job.firstRow + row) * rowStride
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

    private func leftPlace(_ operand: ProductOperand) -> (UnsafePointer<UInt32>, row: Int, step: Int) {
        if operand.isInPlace(pairs: pairs) {
            let base = UnsafeRawPointer(operand.source).assumingMemoryBound(to: UInt32.self)
            return operand.form == .leftRows ? (base, operand.stride, 1) : (base, 1, operand.stride)
        }
        let base = words + operand.offset
        return operand.form == .leftRows ? (base, operand.steps(pairs: pairs), 1) : (base, 1, operand.columns)
    }
}
