import DeepSeekInference
import DeepSeekJSON

/// A reward model: the network of a chat model with a head that gives one number for a conversation.
final class RewardModelTask: RunTask {
    let columns = ["accuracy", "margin", "held_accuracy", "held_loss"]
    private let recipe: TrainingRecipe
    private let network: TrainingNetwork
    private let sampler: RoundSampler<PreferenceExample>
    private let held: [PreferenceExample]
    private let objective = RewardModelLoss()
    private var batch = PreferenceBatch([], length: 1, passSequences: 1)

    init(_ recipe: TrainingRecipe, _ network: TrainingNetwork) throws {
        self.recipe = recipe
        self.network = network
        let data = try PreferenceData(recipe, recipe.preference.rewardLoss == .pair ? .pairs : .scores)
        (sampler, held) = (data.sampler, data.held)
        network.scalarHead.objective = objective
    }

    var evaluatesFirst: Bool { !held.isEmpty }

    func prepare(_ state: TrainingState) {
        take((0..<recipe.preference.examples).map { _ in sampler.next() })
    }

    private func take(_ examples: [PreferenceExample]) {
        batch = PreferenceBatch(
            examples, length: recipe.length, passSequences: recipe.passSequences, scoring: true)
        objective.wanted = examples.map { if case .score(let score, _) = $0.judgement { score } else { nil } }
        objective.figures = .init()
    }

    private func fill(_ pass: SegmentPacking.Pass) {
        network.batch.fill(pass.sequences[...])
        network.scalarHead.rows = pass.places.map { $0.firstRow + $0.rows - 1 }
        objective.spans = batch.scoreSpans(pass)
    }

    func differentiate(update: Int) -> StepFigures {
        var figures = StepFigures()
        for pass in batch.passes {
            fill(pass)
            network.batch.balanceScale = 1 / Float(batch.passes.count)
            network.differentiate()
            figures.add(network.routers, passes: batch.passes.count)
        }
        let count = Double(max(objective.figures.examples, 1))
        figures.loss = objective.figures.loss / count
        figures.tokens = batch.passes.count * recipe.passSequences * recipe.length
        figures.more = ["accuracy": objective.figures.right / count, "margin": objective.figures.margin / count]
        return figures
    }

    func evaluate() -> [String: Double] {
        guard !held.isEmpty else { return [:] }
        take(held)
        for pass in batch.passes {
            fill(pass)
            network.evaluate()
            let scores = network.scalarHead.scores
            var slopes = scores
            objective.evaluate(scores: scores, slopes: &slopes)
        }
        let count = Double(max(objective.figures.examples, 1))
        return ["held_accuracy": objective.figures.right / count, "held_loss": objective.figures.loss / count]
    }

    var position: JSONValue { sampler.state }

    func restore(_ position: JSONValue) -> Bool { sampler.restore(position) }
}
