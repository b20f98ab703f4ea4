import Foundation

/// DPO's loss (Rafailov et al., 2023): the mean over pairs of −ln σ(z) with
/// z = β [ln π(chosen)/π_ref(chosen) − ln π(rejected)/π_ref(rejected)]; with label smoothing s, (1 − s) of that and s of
/// −ln σ(−z).
package final class DirectPreferenceOptimization: TokenObjective {
    /// One text of a pair in a pass.
    package struct Span {
        package var pair: Int
        package var isChosen: Bool
        /// Tokens of the answer.
        package var count: Int

        package init(pair: Int, isChosen: Bool, count: Int) {
            self.pair = pair
            self.isChosen = isChosen
            self.count = count
        }
    }

    /// Σ ln p over the tokens of an answer, for the chosen and the rejected one.
    package typealias Likelihoods = (chosen: Double, rejected: Double)

    /// Sums over the pairs of the passes since they were last cleared.
    package struct Figures {
        package var loss = 0.0
        /// Pairs whose z is positive.
        package var right = 0.0
        /// Of z.
        package var margin = 0.0
        package var pairs = 0

        package init() {}
    }

    private let beta: Double
    private let smoothing: Double
    /// Of all pairs of the step.
    package var reference: [Likelihoods] = []
    /// Of the pass that comes next. Both texts of a pair are in one.
    package var spans: [Span] = []
    package var figures = Figures()

    package init(beta: Double, labelSmoothing: Double) {
        self.beta = beta
        smoothing = labelSmoothing
    }

    /// The likelihoods of the answers of a pass.
    package static func likelihoods(
        _ spans: [Span], _ logProbabilities: UnsafeBufferPointer<Float>
    ) -> [Int: Likelihoods] {
        var sums: [Int: Likelihoods] = [:]
        var first = 0
        for span in spans {
            let sum = logProbabilities[first..<first + span.count].reduce(0) { $0 + Double($1) }
            var pair = sums[span.pair] ?? (0, 0)
            if span.isChosen { pair.chosen = sum } else { pair.rejected = sum }
            sums[span.pair] = pair
            first += span.count
        }
        return sums
    }

    /// z of a pair.
    private func margin(_ pair: Int, _ found: Likelihoods) -> Double {
        beta * (found.chosen - reference[pair].chosen - found.rejected + reference[pair].rejected)
    }

    package func note(_ likelihoods: [Int: Likelihoods]) {
        for (pair, found) in likelihoods.sorted(by: { $0.key < $1.key }) {
            let z = margin(pair, found)
            figures.loss += (1 - smoothing) * LogisticLoss.value(z) + smoothing * LogisticLoss.value(-z)
            figures.right += z > 0 ? 1 : 0
            figures.margin += z
            figures.pairs += 1
        }
    }

    package func evaluate(
        rows: UnsafeBufferPointer<Int32>, logProbabilities: UnsafePointer<Float>, slopes: UnsafeMutablePointer<Float>
    ) {
        let found = Self.likelihoods(spans, UnsafeBufferPointer(start: logProbabilities, count: rows.count))
        note(found)
        var first = 0
        for span in spans {
            let z = margin(span.pair, found[span.pair] ?? (0, 0))
            let slope = LogisticLoss.sigmoid(z) - (1 - smoothing)
            let share = beta * slope / Double(reference.count) * (span.isChosen ? 1 : -1)
            (slopes + first).update(repeating: Float(share), count: span.count)
            first += span.count
        }
    }
}
