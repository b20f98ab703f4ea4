/// y = x·Wᵀ + b, for one or several weights that read the same x.
package final class Linear: Operation {
    package struct Weight {
        let matrix: Parameter
        let bias: Parameter?
        let output: Variable

        package init(_ matrix: Parameter, bias: Parameter? = nil, _ output: Variable) {
            self.matrix = matrix
            self.bias = bias
            self.output = output
        }
    }

    private let x: Variable
    private let weights: [Weight]

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { weights.map(\.output) }

    package init(_ x: Variable, _ weights: [Weight]) {
        self.x = x
        self.weights = weights
    }

    package func forward(_ context: ComputeContext) {
        let products = context.products
        let left = products.operand(.leftRows, x.value, stride: x.stride, rows: x.rows, columns: x.columns)
        for weight in weights {
            let y = weight.output
            if let bias = weight.bias {
                context.forRows(y.rows) { rows in
                    for row in rows { (y.value + row * y.stride).update(from: bias.value, count: y.columns) }
                }
            }
            products.multiply(
                left, products.operand(.rightColumns, weight.matrix), to: y.value, stride: y.stride,
                accumulates: weight.bias != nil)
        }
        products.run(context.precision)
    }

    package func backward(_ context: ComputeContext) {
        let products = context.products
        for weight in weights {
            let y = weight.output
            let dy = products.operand(.leftRows, y.gradient, stride: y.stride, rows: y.rows, columns: y.columns)
            products.multiply(
                dy, products.operand(.rightRows, weight.matrix), to: x.gradient, stride: x.stride,
                accumulates: x.claimGradient())
            if let gradient = weight.matrix.gradient {
                let transposed = products.operand(
                    .leftColumns, y.gradient, stride: y.stride, rows: y.rows, columns: y.columns)
                let right = products.operand(.rightRows, x.value, stride: x.stride, rows: x.rows, columns: x.columns)
                products.multiply(transposed, right, to: gradient, stride: weight.matrix.columns, accumulates: true)
            }
            // One after the other: all add to the same gradient of x.
            products.run(context.precision)
            if let gradient = weight.bias?.gradient { addColumnSums(of: y, to: gradient, context) }
        }
    }

    private func addColumnSums(of y: Variable, to gradient: UnsafeMutablePointer<Float>, _ context: ComputeContext) {
        let size = 64
        context.forEach((y.columns + size - 1) / size) { chunk, _ in
            let first = chunk * size
            let count = min(size, y.columns - first)
            for row in 0..<y.rows {
                context.training.add(
                    gradient + first, y.gradient + row * y.stride + first, count: count, gradient + first)
            }
        }
    }
}
