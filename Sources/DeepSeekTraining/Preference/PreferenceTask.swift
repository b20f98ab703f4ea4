import DeepSeekInference
import DeepSeekJSON

/// DPO: from pairs of answers, without drawing any.
final class PreferenceTask: RunTask {
    let columns = ["accuracy", "margin", "held_accuracy", "held_loss"]
    private let recipe: TrainingRecipe
    private let network: TrainingNetwork
    private let sampler: RoundSampler<PreferenceExample>
    private let held: [PreferenceExample]
    private let reference: FrozenWeights
    private let objective: DirectPreferenceOptimization
    private var batch = PreferenceBatch([], length: 1, passSequences: 1)

    init(_ recipe: TrainingRecipe, _ network: TrainingNetwork) throws {
        self.recipe = recipe
        self.network = network
        let data = try PreferenceData(recipe, .pairs)
        (sampler, held) = (data.sampler, data.held)
        reference = try FrozenWeights(network.store)
        objective = DirectPreferenceOptimization(
            beta: recipe.preference.beta, labelSmoothing: recipe.preference.labelSmoothing)
        network.head.objective = objective
    }

    var evaluatesFirst: Bool { !held.isEmpty }

    func prepare(_ state: TrainingState) {
        take((0..<recipe.preference.examples).map { _ in sampler.next() })
    }

    /// What the reference thinks of the examples.
    private func take(_ examples: [PreferenceExample]) {
        batch = PreferenceBatch(examples, length: recipe.length, passSequences: recipe.passSequences)
        objective.reference = examples.map { _ in (0, 0) }
        reference.substitute(network.context) {
            for pass in batch.passes {
                for (pair, found) in likelihoods(pass) { objective.reference[pair] = found }
            }
        }
    }

    private func likelihoods(_ pass: SegmentPacking.Pass) -> [Int: DirectPreferenceOptimization.Likelihoods] {
        network.batch.fill(pass.sequences[...])
        network.evaluate()
        var found: [Float] = []
        network.head.forEachTarget { found.append($1) }
        return found.withUnsafeBufferPointer {
            DirectPreferenceOptimization.likelihoods(batch.tokenSpans(pass), $0)
        }
    }

    func differentiate(update: Int) -> StepFigures {
        objective.figures = .init()
        var figures = StepFigures()
        for pass in batch.passes {
            network.batch.fill(pass.sequences[...])
            network.batch.balanceScale = 1 / Float(batch.passes.count)
            objective.spans = batch.tokenSpans(pass)
            network.differentiate()
            figures.add(network.routers, passes: batch.passes.count)
        }
        let pairs = Double(max(objective.figures.pairs, 1))
        figures.loss = objective.figures.loss / pairs
        figures.tokens = batch.passes.count * recipe.passSequences * recipe.length
        figures.more = ["accuracy": objective.figures.right / pairs, "margin": objective.figures.margin / pairs]
        return figures
    }

    func evaluate() -> [String: Double] {
        guard !held.isEmpty else { return [:] }
        take(held)
        objective.figures = .init()
        for pass in batch.passes { objective.note(likelihoods(pass)) }
        let pairs = Double(max(objective.figures.pairs, 1))
        return ["held_accuracy": objective.figures.right / pairs, "held_loss": objective.figures.loss / pairs]
    }

    var position: JSONValue { sampler.state }

    func restore(_ position: JSONValue) -> Bool { sampler.restore(position) }
}
