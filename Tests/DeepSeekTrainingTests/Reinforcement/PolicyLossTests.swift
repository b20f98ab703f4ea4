import DeepSeekTraining
import Foundation
import Testing

struct PolicyLossTests {
    private func answer(_ count: Int, advantage: Double, old: [Float], sampled: [Float], reference: [Float] = [])
        -> ScoredAnswer
    {
        var answer = ScoredAnswer(
            prompt: [0], tokens: [Int32](repeating: 0, count: count), advantage: advantage, sampled: sampled)
        answer.old = old
        answer.reference = reference
        return answer
    }

    private func evaluate(
        _ options: PolicyOptions, _ answers: [ScoredAnswer], _ current: [Float]
    ) -> (loss: Double, slopes: [Float], figures: GroupRelativePolicyOptimization.Figures) {
        let objective = GroupRelativePolicyOptimization(options)
        objective.answers = answers
        objective.spans = answers.indices.map {
            GroupRelativePolicyOptimization.Span(answer: $0, count: answers[$0].tokens.count)
        }
        var slopes = [Float](repeating: .nan, count: current.count)
        let rows = current.indices.map(Int32.init)
        rows.withUnsafeBufferPointer {
            objective.evaluate(rows: $0, logProbabilities: current, slopes: &slopes)
        }
        return (objective.figures.loss, slopes, objective.figures)
    }

    /// Two answers, of two tokens and one, worked out by hand from equations 32 and 33.
    @Test func everyTermByHand() {
        var options = PolicyOptions()
        options.clip = 0.2
        options.divergenceWeight = 0.1
        options.importanceLimit = 1.5
        // ρ = 1.5 (cut off at 1.2) and 1; the second answer is bad, and ρ = 0.5 is cut off at 0.8.
        let answers = [
            answer(
                2, advantage: 2, old: [log(0.2), log(0.5)], sampled: [log(0.2), log(0.1)],
                reference: [log(0.3), log(0.25)]),
            answer(1, advantage: -1, old: [log(0.4)], sampled: [log(0.5)], reference: [log(0.4)]),
        ]
        let found = evaluate(options, answers, [log(0.3), log(0.5), log(0.2)])
        // w = 1, 5 cut to 1.5, and 0.8.
        let k3 = [0.0, 0.5 - log(0.5) - 1, 2 - log(2.0) - 1]
        let terms = [
            -1 * 1.2 * 2 + 0.1 * k3[0], -1.5 * 1 * 2 + 0.1 * k3[1], 0.8 * 0.8 + 0.1 * k3[2],
        ]
        let loss = ((terms[0] + terms[1]) / 2 + terms[2]) / 2
        #expect(abs(found.loss - loss) < 1e-6)
        // What is cut off has no slope but that of the divergence, 1 − π_ref / π.
        let slopes = [0.1 * (1 - 1), -1.5 * 2 + 0.1 * (1 - 0.5), 0.1 * (1 - 2)]
        for (slope, (expected, share)) in zip(found.slopes, zip(slopes, [0.25, 0.25, 0.5])) {
            #expect(abs(Double(slope) - expected * share) < 1e-6)
        }
        #expect(abs(found.figures.divergence - k3.reduce(0, +)) < 1e-6)
        #expect(found.figures.clipped == 2 && found.figures.truncated == 1 && found.figures.terms == 3)
    }

    /// As equation 32 is written: the ratio of a whole answer, the product of its tokens'.
    @Test func wholeAnswersByHand() {
        var options = PolicyOptions()
        options.ratio = .sequence
        options.divergenceWeight = 0
        options.importanceLimit = nil
        let found = evaluate(
            options, [answer(2, advantage: 1, old: [-1, -1], sampled: [-1, -1])], [-0.95, -0.95])
        #expect(abs(found.loss + exp(0.1)) < 1e-6)
        #expect(found.slopes.allSatisfy { abs(Double($0) + exp(0.1)) < 1e-5 })
    }

    @Test func theFirstUpdateIsItsOwnOld() {
        let objective = GroupRelativePolicyOptimization(PolicyOptions())
        objective.answers = [answer(2, advantage: 1, old: [], sampled: [-1, -2])]
        objective.spans = [.init(answer: 0, count: 2)]
        var slopes: [Float] = [0, 0]
        [Int32(0), 1].withUnsafeBufferPointer {
            objective.evaluate(rows: $0, logProbabilities: [-1, -2], slopes: &slopes)
        }
        #expect(objective.answers[0].old == [-1, -2])
        #expect(slopes == [-0.5, -0.5])
    }

    /// The divergence is 0 where the two agree, and positive elsewhere, on both sides.
    @Test func theDivergenceIsNeverNegative() {
        var options = PolicyOptions()
        options.divergenceWeight = 1
        for (current, reference) in [(-1.0, -1.0), (-1, -3), (-3, -1), (-0.1, -30), (-90, -0.1)] {
            let loss = evaluate(
                options,
                [
                    answer(
                        1, advantage: 0, old: [Float(current)], sampled: [Float(current)], reference: [Float(reference)]
                    )
                ],
                [Float(current)]
            ).loss
            #expect(loss.isFinite && (current == reference ? loss == 0 : loss > 0))
        }
    }

    @Test func advantagesAreThoseOfTheGroup() {
        let found = GroupAdvantages.advantages([1, 0, 0, 1])
        #expect(found == [1, -1, -1, 1])
        #expect(GroupAdvantages.advantages([0.7, 0.7, 0.7]) == [0, 0, 0])
        let uneven = GroupAdvantages.advantages([3, 1, 1, 1])
        #expect(abs(uneven.reduce(0, +)) < 1e-12 && abs(uneven[0] - 3.0.squareRoot()) < 1e-12)
    }

    private final class Fresh: TokenObjective {
        let objective: GroupRelativePolicyOptimization

        init(_ objective: GroupRelativePolicyOptimization) { self.objective = objective }

        func evaluate(
            rows: UnsafeBufferPointer<Int32>, logProbabilities: UnsafePointer<Float>,
            slopes: UnsafeMutablePointer<Float>
        ) {
            objective.figures = .init()
            objective.evaluate(rows: rows, logProbabilities: logProbabilities, slopes: slopes)
        }
    }

    /// Through the head, by finite differences; in one block of logits and in several.
    @Test(arguments: PolicyOptions.Ratio.allCases, [64, 1 << 20])
    func gradientsThroughTheHead(ratio: PolicyOptions.Ratio, blockCount: Int) throws {
        let (rows, vocabulary) = (40, 9)
        let batch = TrainingBatch(rows: rows, sequenceLength: rows)
        var random = TrainingRandom(seed: 4)
        for row in 0..<rows { batch.targets[row] = row % 10 == 9 ? -1 : Int32(random.next() % UInt64(vocabulary)) }
        var options = PolicyOptions()
        (options.ratio, options.divergenceWeight, options.importanceLimit) = (ratio, 0.2, 3)
        let objective = GroupRelativePolicyOptimization(options)
        objective.answers = [1, -0.5, 0, 2].map { advantage in
            answer(9, advantage: advantage, old: [], sampled: [Float](repeating: -2.4, count: 9))
        }
        objective.spans = (0..<4).map { GroupRelativePolicyOptimization.Span(answer: $0, count: 9) }
        let check = try GradientCheck([("x", [rows, 6]), ("w", [vocabulary, 6]), ("z", [1, 1])], spread: 0.5) {
            tape, store in
            let head = LinearCrossEntropy(
                try tape.source(store["x"]), try #require(store["w"]), batch, blockCount: blockCount)
            head.objective = Fresh(objective)
            tape.append(head)
            return try tape.source(store["z"])
        }
        check.tape.forward(check.context)
        // Ratios on both sides of the interval, none of them near its ends.
        let offsets: [Float] = [-0.5, -0.1, 0.05, 0.5, 0.02, -0.05, 0.1, 0.4, -0.4]
        for index in objective.answers.indices {
            let found = objective.answers[index].old
            #expect(found.count == 9)
            objective.answers[index].old = zip(found, offsets).map { $0 + $1 }
            objective.answers[index].reference = found.map { $0 + Float(0.2 * random.normal()) }
        }
        let (name, error) = check.worst { objective.figures.loss }
        #expect(error < 1e-2, "\(name): \(error)")
    }
}
