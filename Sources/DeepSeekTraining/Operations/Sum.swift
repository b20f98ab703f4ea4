/// y = a + b + …: the residual stream. Gradients are the output's own memory: nothing is copied on the way back.
package final class Sum: Operation {
    private let terms: [Variable]
    private let y: Variable

    package var inputs: [Variable] { terms }
    package var outputs: [Variable] { [y] }
    package var sharesGradient: Bool { true }

    /// - Parameter terms: two or more. All but the first are read by nobody else.
    package init(_ terms: [Variable], _ y: Variable) {
        self.terms = terms
        self.y = y
    }

    package func forward(_ context: ComputeContext) {
        context.forRows(y.rows) { rows in
            for row in rows {
                let place = row * y.stride
                context.training.add(
                    terms[0].value + place, terms[1].value + place, count: y.columns, y.value + place)
                for term in terms.dropFirst(2) {
                    context.training.add(y.value + place, term.value + place, count: y.columns, y.value + place)
                }
            }
        }
    }

    package func backward(_ context: ComputeContext) {
        for term in terms { _ = term.claimGradient() }
    }
}
