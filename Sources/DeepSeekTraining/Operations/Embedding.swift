/// y[t] = W[ids[t]].
package final class Embedding: Operation {
    private let batch: TrainingBatch
    private let parameter: Parameter
    private let output: Variable

    package var inputs: [Variable] { [] }
    package var outputs: [Variable] { [output] }

    package init(_ batch: TrainingBatch, _ parameter: Parameter, _ output: Variable) {
        self.batch = batch
        self.parameter = parameter
        self.output = output
    }

    package func forward(_ context: ComputeContext) {
        let columns = parameter.columns
        context.forRows(batch.rows) { rows in
            for row in rows {
                (output.value + row * output.stride).update(
                    from: parameter.value + Int(batch.ids[row]) * columns, count: columns)
            }
        }
    }

    /// Columns are divided among the threads, so that a token that occurs twice is added in the order of rows.
    package func backward(_ context: ComputeContext) {
        guard let gradient = parameter.gradient else { return }
        let columns = parameter.columns
        let size = 64
        context.forEach((columns + size - 1) / size) { chunk, _ in
            let first = chunk * size
            let count = min(size, columns - first)
            for row in 0..<batch.rows {
                let target = gradient + Int(batch.ids[row]) * columns + first
                context.training.add(
                    target, output.gradient + row * output.stride + first, count: count, target)
            }
        }
    }
}
