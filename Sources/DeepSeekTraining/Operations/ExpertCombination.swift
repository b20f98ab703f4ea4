/// out[t] = Σ_j w[t][j] · y[place(t, j)]: the weighted sum of what a token's experts give.
package final class ExpertCombination: Operation {
    private let y: Variable
    private let weights: Variable
    private let routing: ExpertRouting
    private let output: Variable

    package var inputs: [Variable] { [y, weights] }
    package var outputs: [Variable] { [output] }

    package init(_ y: Variable, weights: Variable, _ routing: ExpertRouting, _ output: Variable) {
        self.y = y
        self.weights = weights
        self.routing = routing
        self.output = output
    }

    package func forward(_ context: ComputeContext) {
        context.forRows(output.rows) { rows in
            for row in rows {
                let target = output.value + row * output.stride
                target.update(repeating: 0, count: output.columns)
                forEachPlace(of: row) { choice, place in
                    context.kernels.addScaled(
                        y.value + place * y.stride, by: weights.value[row * routing.perToken + choice],
                        count: output.columns, to: target)
                }
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        precondition(!y.claimGradient() && !weights.claimGradient(), "outputs and weights have one reader")
        context.forRows(output.rows) { rows in
            for row in rows {
                let given = output.gradient + row * output.stride
                let weightGradient = weights.gradient + row * routing.perToken
                weightGradient.update(repeating: 0, count: routing.perToken)
                forEachPlace(of: row) { choice, place in
                    weightGradient[choice] = context.training.dot(
                        given, y.value + place * y.stride, count: output.columns)
                    let target = y.gradient + place * y.stride
                    target.update(repeating: 0, count: output.columns)
                    context.kernels.addScaled(
                        given, by: weights.value[row * routing.perToken + choice], count: output.columns, to: target)
                }
            }
        }
    }

    private func forEachPlace(of row: Int, _ body: (_ choice: Int, _ place: Int) -> Void) {
        for choice in 0..<routing.perToken {
            let place = Int(routing.places[row * routing.perToken + choice])
            if place >= 0 { body(choice, place) }
        }
    }
}
