import DeepSeekTensors

/// One number for each text: w · h of its last row, the head of a reward model. In float32, and with its loss: gradients
/// are there after the forward pass.
package final class ScalarHead: Operation {
    private let x: Variable
    private let weight: Parameter
    private let batch: TrainingBatch
    /// The last rows of the texts of the pass, in order.
    package var rows: [Int] = []
    package var objective: (any ScoreObjective)?
    package private(set) var scores: [Float] = []

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [] }

    /// - Parameter weight: `[1, hidden]`.
    package init(_ x: Variable, _ weight: Parameter, _ batch: TrainingBatch) {
        self.x = x
        self.weight = weight
        self.batch = batch
    }

    package func forward(_ context: ComputeContext) {
        scores = rows.map { context.training.dot(x.value + $0 * x.stride, weight.value, count: x.columns) }
        guard batch.isTraining else { return }
        x.gradient.update(repeating: 0, count: x.rows * x.columns)
        var slopes = [Float](repeating: 0, count: scores.count)
        objective?.evaluate(scores: scores, slopes: &slopes)
        for (row, slope) in zip(rows, slopes) {
            context.kernels.addScaled(weight.value, by: slope, count: x.columns, to: x.gradient + row * x.stride)
            if let gradient = weight.gradient {
                context.kernels.addScaled(x.value + row * x.stride, by: slope, count: x.columns, to: gradient)
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        precondition(!x.claimGradient(), "the head is the only reader of its input")
    }
}
