import DeepSeekTensors

/// y += scale · x·Wᵀ: what a low-rank adaptation adds to a product.
package final class ScaledLinear: Operation {
    private let x: Variable
    private let matrix: Parameter
    private let scale: Float
    private let y: Variable
    private let scaled: ScratchArray<Float>

    /// y is there already, and its gradient is read, not made, by this operation.
    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [] }

    package init(_ x: Variable, _ matrix: Parameter, scale: Float, _ y: Variable) {
        self.x = x
        self.matrix = matrix
        self.scale = scale
        self.y = y
        scaled = ScratchArray(capacity: x.rows * x.columns)
    }

    package func forward(_ context: ComputeContext) {
        scale(x.value)
        let products = context.products
        products.multiply(
            products.operand(.leftRows, scaled.pointer, stride: x.columns, rows: x.rows, columns: x.columns),
            products.operand(.rightColumns, matrix), to: y.value, stride: y.stride, accumulates: true)
        products.run(context.precision)
    }

    package func backward(_ context: ComputeContext) {
        precondition(!x.claimGradient(), "the middle of an adaptation has one reader")
        let products = context.products
        if let gradient = matrix.gradient {
            scale(x.value)
            products.multiply(
                products.operand(.leftColumns, y.gradient, stride: y.stride, rows: y.rows, columns: y.columns),
                products.operand(.rightRows, scaled.pointer, stride: x.columns, rows: x.rows, columns: x.columns),
                to: gradient, stride: matrix.columns, accumulates: true)
        }
        products.multiply(
            products.operand(.leftRows, y.gradient, stride: y.stride, rows: y.rows, columns: y.columns),
            products.operand(.rightRows, matrix), to: x.gradient, stride: x.stride, accumulates: false)
        products.run(context.precision)
        for row in 0..<x.rows {
            for column in 0..<x.columns { x.gradient[row * x.stride + column] *= scale }
        }
    }

    private func scale(_ source: UnsafeMutablePointer<Float>) {
        for row in 0..<x.rows {
            for column in 0..<x.columns {
                scaled.pointer[row * x.columns + column] = source[row * x.stride + column] * scale
            }
        }
    }
}
