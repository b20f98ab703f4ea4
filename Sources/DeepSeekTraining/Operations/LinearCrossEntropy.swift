import DeepSeekTensors

/// The head and the loss in one: logits = x·Wᵀ, loss = −log softmax(logits)[target], for a block of rows at a time, so
/// that the logits of all rows are never there at once. In training the gradients of a block are computed with it.
///
/// With a ``TokenObjective`` the loss is the objective's: all log-probabilities come first, and then, block by block
/// again, the gradients that follow from its slopes.
package final class LinearCrossEntropy: Operation {
    private let x: Variable
    private let weight: Parameter
    private let batch: TrainingBatch
    private let blockRows: Int
    private let logits: ScratchArray<Float>
    /// −log p of each target.
    private let losses: ScratchArray<Float>
    private let slopes: ScratchArray<Float>
    /// Rows with a target, one after the other.
    private let index: ScratchArray<Int32>
    private let gathered: ScratchArray<Float>
    /// The sum of −log p over the targets of the last forward pass, in nats, and how many there were.
    package private(set) var lossSum = 0.0
    package private(set) var lossCount = 0
    /// Nil where the loss is the mean of −log p.
    package var objective: (any TokenObjective)?

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [] }

    /// Floats that a block of logits may have: 32 MB.
    package static let blockCount = 8 << 20

    package init(
        _ x: Variable, _ weight: Parameter, _ batch: TrainingBatch, blockCount: Int = LinearCrossEntropy.blockCount
    ) {
        self.x = x
        self.weight = weight
        self.batch = batch
        blockRows = min(max(blockCount / weight.rows, 32), x.rows)
        logits = ScratchArray(capacity: blockRows * weight.rows)
        losses = ScratchArray(capacity: x.rows)
        slopes = ScratchArray(capacity: x.rows)
        index = ScratchArray(capacity: x.rows)
        gathered = ScratchArray(capacity: blockRows * x.columns)
    }

    /// The rows with a target and the log-probability of each, of the last forward pass.
    package func forEachTarget(_ body: (_ row: Int, _ logProbability: Float) -> Void) {
        for number in 0..<lossCount { body(Int(index.pointer[number]), -losses.pointer[number]) }
    }

    package func forward(_ context: ComputeContext) {
        lossCount = 0
        for row in 0..<x.rows where batch.targets[row] >= 0 {
            index.pointer[lossCount] = Int32(row)
            lossCount += 1
        }
        if batch.isTraining { x.gradient.update(repeating: 0, count: x.rows * x.columns) }
        let blocks = stride(from: 0, to: lossCount, by: blockRows).map { $0..<min($0 + blockRows, lossCount) }
        if let objective, batch.isTraining {
            for block in blocks { score(block, scale: 1, context) }
            evaluate(objective)
            for block in blocks {
                // Of several blocks only the last one's logits are still there.
                if blocks.count > 1 { score(block, scale: 1, context) }
                applySlopes(block, context)
                addGradients(block, context)
            }
        } else {
            for block in blocks {
                score(block, scale: batch.lossScale, context)
                if batch.isTraining { addGradients(block, context) }
            }
        }
        lossSum = (0..<lossCount).reduce(0) { $0 + Double(losses.pointer[$1]) }
    }

    private func input(_ form: ProductOperand.Form, _ block: Range<Int>, _ products: ProductQueue)
        -> ProductQueue.Operand
    {
        products.operand(
            form, x.value, stride: x.stride, index: index.pointer + block.lowerBound, rows: block.count,
            columns: x.columns)
    }

    /// Losses of a block; its logits become (p − δ) · scale, their gradient.
    private func score(_ block: Range<Int>, scale: Float, _ context: ComputeContext) {
        let products = context.products
        let vocabulary = weight.rows
        let rows = index.pointer + block.lowerBound
        products.multiply(
            input(.leftRows, block, products), products.operand(.rightColumns, weight), to: logits.pointer,
            stride: vocabulary, accumulates: false)
        products.run(context.precision)
        context.forEach(block.count) { row, _ in
            losses.pointer[block.lowerBound + row] = context.training.crossEntropy(
                logits.pointer + row * vocabulary, count: vocabulary, target: Int(batch.targets[Int(rows[row])]),
                scale: scale)
        }
    }

    private func evaluate(_ objective: any TokenObjective) {
        let logProbabilities = (0..<lossCount).map { -losses.pointer[$0] }
        logProbabilities.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            objective.evaluate(
                rows: UnsafeBufferPointer(start: index.pointer, count: lossCount), logProbabilities: base,
                slopes: slopes.pointer)
        }
    }

    /// ∂L/∂logits = ∂L/∂log p · (δ − p).
    private func applySlopes(_ block: Range<Int>, _ context: ComputeContext) {
        let vocabulary = weight.rows
        context.forEach(block.count) { row, _ in
            let factor = -slopes.pointer[block.lowerBound + row]
            let gradient = logits.pointer + row * vocabulary
            for column in 0..<vocabulary { gradient[column] *= factor }
        }
    }

    private func addGradients(_ block: Range<Int>, _ context: ComputeContext) {
        let products = context.products
        let vocabulary = weight.rows
        let rows = index.pointer + block.lowerBound
        products.multiply(
            products.operand(.leftRows, logits.pointer, stride: vocabulary, rows: block.count, columns: vocabulary),
            products.operand(.rightRows, weight), to: gathered.pointer, stride: x.columns, accumulates: false)
        if let gradient = weight.gradient {
            products.multiply(
                products.operand(
                    .leftColumns, logits.pointer, stride: vocabulary, rows: block.count, columns: vocabulary),
                input(.rightRows, block, products), to: gradient, stride: weight.columns, accumulates: true)
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
