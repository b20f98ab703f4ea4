/// SwiGLU: y = silu(gate) · up, with gate and up side by side in one variable.
package final class GatedActivation: Operation {
    private let pair: Variable
    private let y: Variable
    /// Rows that hold something; the others are left alone.
    private let liveRows: () -> Int

    package var inputs: [Variable] { [pair] }
    package var outputs: [Variable] { [y] }

    /// - Parameter pair: `[rows, 2 · width]`, gate first.
    package init(_ pair: Variable, _ y: Variable, liveRows: (() -> Int)? = nil) {
        self.pair = pair
        self.y = y
        self.liveRows = liveRows ?? { pair.rows }
    }

    package func forward(_ context: ComputeContext) {
        let width = y.columns
        context.forRows(liveRows()) { rows in
            for row in rows {
                let gate = pair.value + row * pair.stride
                context.kernels.siluMultiply(gate: gate, up: gate + width, count: width, y.value + row * y.stride)
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        let width = y.columns
        precondition(!pair.claimGradient(), "gate and up are read by nobody else")
        context.forRows(liveRows()) { rows in
            for row in rows {
                let gate = pair.value + row * pair.stride
                let gradient = pair.gradient + row * pair.stride
                context.training.siluMultiplyGradient(
                    gate: gate, up: gate + width, dy: y.gradient + row * y.stride, count: width, dgate: gradient,
                    dup: gradient + width)
            }
        }
    }
}
