/// The loss of a reward model, point-wise or pair-wise (section 4.2 of the report), over the examples of a step.
package final class RewardModelLoss: ScoreObjective {
    /// One text of a pass.
    package struct Span {
        package var example: Int
        /// Of a pair: whether it is the better one. Else nil.
        package var isChosen: Bool?

        package init(example: Int, isChosen: Bool?) {
            self.example = example
            self.isChosen = isChosen
        }
    }

    /// Sums over examples since they were last cleared.
    package struct Figures {
        package var loss = 0.0
        /// Pairs in the right order; answers on the right side of a half.
        package var right = 0.0
        package var margin = 0.0
        package var examples = 0

        package init() {}
    }

    /// Of all examples of the step: from 0 to 1, or nil for a pair.
    package var wanted: [Double?] = []
    /// Of the pass that comes next, in the order of rows. Both texts of a pair are in one.
    package var spans: [Span] = []
    package var figures = Figures()

    package init() {}

    package func evaluate(scores: [Float], slopes: inout [Float]) {
        let share = 1 / Double(max(wanted.count, 1))
        var pairs: [Int: (chosen: Int, rejected: Int)] = [:]
        for (index, span) in spans.enumerated() {
            switch span.isChosen {
            case nil:
                let (score, target) = (Double(scores[index]), wanted[span.example] ?? 0)
                figures.loss += target * LogisticLoss.value(score) + (1 - target) * LogisticLoss.value(-score)
                figures.right += (score > 0) == (target > 0.5) ? 1 : 0
                figures.margin += score
                figures.examples += 1
                slopes[index] = Float((LogisticLoss.sigmoid(score) - target) * share)
            case true?: pairs[span.example, default: (index, index)].chosen = index
            case false?: pairs[span.example, default: (index, index)].rejected = index
            }
        }
        for (_, pair) in pairs.sorted(by: { $0.key < $1.key }) {
            let z = Double(scores[pair.chosen]) - Double(scores[pair.rejected])
            figures.loss += LogisticLoss.value(z)
            figures.right += z > 0 ? 1 : 0
            figures.margin += z
            figures.examples += 1
            let slope = Float((LogisticLoss.sigmoid(z) - 1) * share)
            slopes[pair.chosen] = slope
            slopes[pair.rejected] = -slope
        }
    }
}
