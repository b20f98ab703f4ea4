import DeepSeekTensors

/// y = x·Wᵀ with another W for each expert: rows are in the order of ``ExpertRouting``, and all experts are one group of
/// products. Several weights of an expert that read the same x give columns side by side.
package final class ExpertProducts: Operation {
    /// What the rows of the order are.
    package enum Source {
        /// Rows of the tokens, gathered.
        case tokens
        /// In order already.
        case places
    }

    private let x: Variable
    private let source: Source
    private let routing: ExpertRouting
    /// `[experts][weights]`.
    private let weights: [[Parameter]]
    private let y: Variable
    /// The gradient of gathered rows, shared by all layers: `[rows · perToken, columns]`.
    private let gathered: ScratchArray<Float>

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [y] }

    package init(
        _ x: Variable, from source: Source, _ routing: ExpertRouting, _ weights: [[Parameter]], _ y: Variable,
        gathered: ScratchArray<Float>
    ) {
        self.x = x
        self.source = source
        self.routing = routing
        self.weights = weights
        self.y = y
        self.gathered = gathered
        if source == .tokens { gathered.reserve(y.rows * x.columns) }
    }

    private func places(of expert: Int) -> Range<Int> { routing.starts[expert]..<routing.starts[expert + 1] }

    private func rows(
        _ form: ProductOperand.Form, _ places: Range<Int>, _ products: ProductQueue
    ) -> ProductQueue.Operand {
        switch source {
        case .tokens:
            products.operand(
                form, x.value, stride: x.stride, index: routing.rowOfPlace + places.lowerBound, rows: places.count,
                columns: x.columns)
        case .places:
            products.operand(
                form, x.value + places.lowerBound * x.stride, stride: x.stride, rows: places.count, columns: x.columns)
        }
    }

    package func forward(_ context: ComputeContext) {
        let products = context.products
        guard routing.placeCount > 0 else { return }
        let left = rows(.leftRows, 0..<routing.placeCount, products)
        for (expert, matrices) in weights.enumerated() {
            let places = places(of: expert)
            guard !places.isEmpty else { continue }
            var column = 0
            for matrix in matrices {
                products.multiply(
                    left, firstRow: places.lowerBound, rows: places.count, products.operand(.rightColumns, matrix),
                    to: y.value + places.lowerBound * y.stride + column, stride: y.stride, accumulates: false)
                column += matrix.rows
            }
        }
        products.run(context.precision)
    }

    package func backward(_ context: ComputeContext) {
        let accumulates = x.claimGradient()
        let isGathered = source == .tokens
        let target = isGathered ? gathered.pointer : x.gradient
        precondition(isGathered || !accumulates, "rows in the order of experts have one reader")
        var column = 0
        for number in 0..<(weights.first?.count ?? 0) {
            multiplyGradients(
                weight: number, column: column, to: target, stride: isGathered ? x.columns : x.stride, context)
            column += weights[0][number].rows
        }
        if isGathered { scatter(accumulates: accumulates, context) }
    }

    private func multiplyGradients(
        weight number: Int, column: Int, to target: UnsafeMutablePointer<Float>, stride: Int, _ context: ComputeContext
    ) {
        let products = context.products
        guard routing.placeCount > 0 else { return }
        let left = products.operand(
            .leftRows, y.gradient + column, stride: y.stride, rows: routing.placeCount, columns: weights[0][number].rows
        )
        for (expert, matrices) in weights.enumerated() {
            let places = places(of: expert)
            guard !places.isEmpty else { continue }
            let matrix = matrices[number]
            products.multiply(
                left, firstRow: places.lowerBound, rows: places.count, products.operand(.rightRows, matrix),
                to: target + places.lowerBound * stride, stride: stride, accumulates: number > 0)
            guard let gradient = matrix.gradient else { continue }
            let transposed = products.operand(
                .leftColumns, y.gradient + places.lowerBound * y.stride + column, stride: y.stride,
                rows: places.count, columns: matrix.rows)
            products.multiply(
                transposed, rows(.rightRows, places, products), to: gradient, stride: matrix.columns,
                accumulates: true)
        }
        products.run(context.precision)
    }

    /// Every token takes the gradients of its places, in the order of its choices.
    private func scatter(accumulates: Bool, _ context: ComputeContext) {
        context.forRows(x.rows) { rows in
            for row in rows {
                let target = x.gradient + row * x.stride
                if !accumulates { target.update(repeating: 0, count: x.columns) }
                for choice in 0..<routing.perToken {
                    let place = Int(routing.places[row * routing.perToken + choice])
                    guard place >= 0 else { continue }
                    context.training.add(target, gathered.pointer + place * x.columns, count: x.columns, target)
                }
            }
        }
    }
}
