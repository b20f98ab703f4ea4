import DeepSeekTraining
import Foundation
import Testing

struct PreferenceLossTests {
    private func logistic(_ z: Double) -> Double { -log(1 / (1 + exp(-z))) }

    /// Two pairs, worked out from the formula; slopes by finite differences.
    @Test(arguments: [0.0, 0.2])
    func directPreferenceOptimization(smoothing: Double) {
        let objective = DirectPreferenceOptimization(beta: 0.5, labelSmoothing: smoothing)
        objective.reference = [(-3, -2), (-1, -4)]
        objective.spans = [
            .init(pair: 0, isChosen: true, count: 2), .init(pair: 1, isChosen: false, count: 1),
            .init(pair: 0, isChosen: false, count: 1), .init(pair: 1, isChosen: true, count: 1),
        ]
        let values: [Float] = [-1, -1, -5, -2.5, -0.5]
        func evaluate(_ values: [Float]) -> (loss: Double, slopes: [Float]) {
            var slopes = [Float](repeating: .nan, count: 5)
            objective.figures = .init()
            (0..<5).map(Int32.init).withUnsafeBufferPointer {
                objective.evaluate(rows: $0, logProbabilities: values, slopes: &slopes)
            }
            return (objective.figures.loss / 2, slopes)
        }
        let found = evaluate(values)
        let margins = [0.5 * ((-2 + 3) - (-2.5 + 2)), 0.5 * ((-0.5 + 1) - (-5 + 4))]
        let expected = margins.map { (1 - smoothing) * logistic($0) + smoothing * logistic(-$0) }
        #expect(abs(found.loss - (expected[0] + expected[1]) / 2) < 1e-9)
        #expect(objective.figures.right == 2 && abs(objective.figures.margin - margins[0] - margins[1]) < 1e-9)
        for index in values.indices {
            var (above, below) = (values, values)
            above[index] += 0.01
            below[index] -= 0.01
            let measured = (evaluate(above).loss - evaluate(below).loss) / 0.02
            #expect(abs(measured - Double(found.slopes[index])) < 1e-5)
        }
    }

    @Test func rewardModels() {
        let objective = RewardModelLoss()
        objective.wanted = [nil, 0.8, 0]
        objective.spans = [
            .init(example: 0, isChosen: true), .init(example: 1, isChosen: nil), .init(example: 0, isChosen: false),
            .init(example: 2, isChosen: nil),
        ]
        let scores: [Float] = [1, 0.5, -0.5, 2]
        func evaluate(_ scores: [Float]) -> (loss: Double, slopes: [Float]) {
            var slopes = [Float](repeating: .nan, count: 4)
            objective.figures = .init()
            objective.evaluate(scores: scores, slopes: &slopes)
            return (objective.figures.loss / 3, slopes)
        }
        let found = evaluate(scores)
        let expected = [logistic(1.5), 0.8 * logistic(0.5) + 0.2 * logistic(-0.5), logistic(-2)]
        #expect(abs(found.loss - expected.reduce(0, +) / 3) < 1e-9)
        #expect(objective.figures.right == 2 && objective.figures.examples == 3)
        for index in scores.indices {
            var (above, below) = (scores, scores)
            above[index] += 0.01
            below[index] -= 0.01
            let measured = (evaluate(above).loss - evaluate(below).loss) / 0.02
            #expect(abs(measured - Double(found.slopes[index])) < 1e-5)
        }
    }

    @Test func scalarHead() throws {
        let batch = TrainingBatch(rows: 12, sequenceLength: 12)
        let objective = RewardModelLoss()
        objective.wanted = [nil, 0.3]
        objective.spans = [
            .init(example: 0, isChosen: true), .init(example: 0, isChosen: false), .init(example: 1, isChosen: nil),
        ]
        final class Fresh: ScoreObjective {
            let objective: RewardModelLoss
            init(_ objective: RewardModelLoss) { self.objective = objective }
            func evaluate(scores: [Float], slopes: inout [Float]) {
                objective.figures = .init()
                objective.evaluate(scores: scores, slopes: &slopes)
            }
        }
        let check = try GradientCheck([("x", [12, 7]), ("w", [1, 7]), ("z", [1, 1])]) { tape, store in
            let head = ScalarHead(try tape.source(store["x"]), try #require(store["w"]), batch)
            head.rows = [3, 7, 11]
            head.objective = Fresh(objective)
            tape.append(head)
            return try tape.source(store["z"])
        }
        let (name, error) = check.worst { objective.figures.loss / 2 }
        #expect(error < 3e-3, "\(name): \(error)")
    }

    @Test func packingKeepsGroupsTogether() {
        func segment(_ count: Int) -> SegmentPacking.Segment {
            .init(prompt: [7], following: (0..<count).map { Int32($0) })
        }
        let packing = SegmentPacking(
            [
                [segment(6), segment(6)], [segment(4), segment(2)], [segment(9), segment(9)], [segment(1), segment(1)],
            ],
            length: 10, passSequences: 2)
        #expect(packing.passes.count == 2)
        #expect(packing.usedRows == 38)
        let first = packing.passes[0]
        #expect(first.places.map(\.group) == [0, 1, 0, 1, 3, 3])
        #expect(first.places.map(\.firstRow) == [0, 6, 10, 16, 18, 19])
        #expect(first.sequences[0].ids == [7, 0, 1, 2, 3, 4, 7, 0, 1, 2])
        #expect(first.sequences[0].targets == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3])
        #expect(first.sequences[1].segments == [0..<6, 6..<8, 8..<9, 9..<10])
        #expect(packing.passes[1].sequences[0].segments == [0..<9, 9..<10])
        #expect(packing.passes[1].sequences[0].targets[9] == -1)
    }
}
