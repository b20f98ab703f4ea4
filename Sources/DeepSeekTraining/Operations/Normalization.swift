import DeepSeekTensors

/// RMSNorm: y = x / sqrt(mean(x²) + ε) · w, row by row.
package final class Normalization: Operation {
    private let x: Variable
    private let weight: Parameter
    private let y: Variable
    private let epsilon: Float
    /// Rows are divided into so many parts whose sums of the weight's gradient are kept apart, whatever the threads.
    private static let parts = 16
    private let partial = ScratchArray<Float>()

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [y] }

    package init(_ x: Variable, _ weight: Parameter, epsilon: Float, _ y: Variable) {
        self.x = x
        self.weight = weight
        self.epsilon = epsilon
        self.y = y
        partial.reserve(Self.parts * x.columns)
    }

    package func forward(_ context: ComputeContext) {
        context.forRows(x.rows) { rows in
            for row in rows {
                context.kernels.rmsNorm(
                    x.value + row * x.stride, weight: weight.value, count: x.columns, epsilon: epsilon,
                    y.value + row * y.stride)
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        let accumulates = x.claimGradient()
        let columns = x.columns
        context.forEach(Self.parts) { part, _ in
            let sums = partial.pointer + part * columns
            sums.update(repeating: 0, count: columns)
            for row in x.rows * part / Self.parts..<x.rows * (part + 1) / Self.parts {
                context.training.rmsNormGradient(
                    x.value + row * x.stride, weight: weight.value, dy: y.gradient + row * y.stride, count: columns,
                    epsilon: epsilon, dx: x.gradient + row * x.stride, dweight: sums, accumulates: accumulates)
            }
        }
        guard let gradient = weight.gradient else { return }
        for part in 0..<Self.parts {
            context.training.add(gradient, partial.pointer + part * columns, count: columns, gradient)
        }
    }
}
