import DeepSeekTensors

/// The head and the loss in one: logits = x·Wᵀ, loss = −log softmax(logits)[target], for a block of rows at a time, so
/// that the logits of all rows are never there at once. In training the gradients of a block are computed with it.
package final class LinearCrossEntropy: Operation {
    private let x: Variable
    private let weight: Parameter
    private let batch: TrainingBatch
    private let blockRows: Int
    private let logits: ScratchArray<Float>
    private let losses: ScratchArray<Float>
    /// Rows with a target, one after the other.
    private let index: ScratchArray<Int32>
    private let gathered: ScratchArray<Float>
    /// The sum of the losses of the last forward pass, in nats, and how many there were.
    package private(set) var lossSum = 0.0
    package private(set) var lossCount = 0

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [] }

    /// Floats that a block of logits may have: 32 MB.
    private static let blockCount = 8 << 20

    package init(_ x: Variable, _ weight: Parameter, _ batch: TrainingBatch) {
        self.x = x
        self.weight = weight
        self.batch = batch
        blockRows = min(max(Self.blockCount / weight.rows, 32), x.rows)
        logits = ScratchArray(capacity: blockRows * weight.rows)
        losses = ScratchArray(capacity: x.rows)
        index = ScratchArray(capacity: x.rows)
        gathered = ScratchArray(capacity: blockRows * x.columns)
    }

    package func forward(_ context: ComputeContext) {
        lossCount = 0
        for row in 0..<x.rows where batch.targets[row] >= 0 {
            index.pointer[lossCount] = Int32(row)
            lossCount += 1
        }
        if batch.isTraining { x.gradient.update(repeating: 0, count: x.rows * x.columns) }
        for first in stride(from: 0, to: lossCount, by: blockRows) {
            compute(first..<min(first + blockRows, lossCount), context)
        }
        lossSum = (0..<lossCount).reduce(0) { $0 + Double(losses.pointer[$1]) }
    }

    private func compute(_ block: Range<Int>, _ context: ComputeContext) {
        let products = context.products
        let vocabulary = weight.rows
        let rows = index.pointer + block.lowerBound
        func input(_ form: ProductOperand.Form) -> ProductQueue.Operand {
            products.operand(
                form, x.value, stride: x.stride, index: rows, rows: block.count, columns: x.columns)
        }
        products.multiply(
            input(.leftRows), products.operand(.rightColumns, weight), to: logits.pointer, stride: vocabulary,
            accumulates: false)
        products.run(context.precision)
        context.forEach(block.count) { row, _ in
            losses.pointer[block.lowerBound + row] = context.training.crossEntropy(
                logits.pointer + row * vocabulary, count: vocabulary, target: Int(batch.targets[Int(rows[row])]),
                scale: batch.lossScale)
        }
        guard batch.isTraining else { return }
        products.multiply(
            products.operand(.leftRows, logits.pointer, stride: vocabulary, rows: block.count, columns: vocabulary),
            products.operand(.rightRows, weight), to: gathered.pointer, stride: x.columns, accumulates: false)
        if let gradient = weight.gradient {
            products.multiply(
                products.operand(
                    .leftColumns, logits.pointer, stride: vocabulary, rows: block.count, columns: vocabulary),
                input(.rightRows), to: gradient, stride: weight.columns, accumulates: true)
        }
        products.run(context.precision)
        context.forRows(block.count) { part in
            for row in part {
                (x.gradient + Int(rows[row]) * x.stride).update(
                    from: gathered.pointer + row * x.columns, count: x.columns)
            }
        }
    }

    /// The gradient is there since the forward pass.
    package func backward(_ context: ComputeContext) {
        precondition(!x.claimGradient(), "the head is the only reader of its input")
    }
}
