import DeepSeekJSON

/// Pretraining and fine-tuning: the next tokens of texts, or the assistant's of conversations.
final class TextTask: RunTask {
    static let bitsPerByte = "validation_bits_per_byte"

    let columns = [TextTask.bitsPerByte]
    private let recipe: TrainingRecipe
    private let network: TrainingNetwork
    private let sampler: SequenceSampler
    private let evaluator: HeldTextEvaluator?
    private var sequences: [TrainingSequence] = []
    private var step = 0

    init(
        _ recipe: TrainingRecipe, _ network: TrainingNetwork, _ encoder: TextEncoder,
        _ progress: (String, Double, Int) -> Void
    ) throws {
        self.recipe = recipe
        self.network = network
        let data = RunData(recipe, encoder)
        sampler = try data.sampler(progress)
        evaluator = try data.evaluator(progress)
    }

    func prepare(_ state: TrainingState) throws {
        step = state.step
        sequences = (0..<recipe.sequences(afterTokens: state.tokens)).map { _ in sampler.next() }
    }

    /// Gradients of all sequences, pass by pass.
    func differentiate(update: Int) throws -> StepFigures {
        let passes = sequences.count / recipe.passSequences
        let targets = sequences.reduce(0) { $0 + $1.targets.count { $0 >= 0 } }
        guard targets > 0 else {
            throw TrainingError(.invalidData, "step \(step + 1): the batch holds nothing to learn")
        }
        var random = TrainingRandom(seed: UInt64(recipe.seed) ^ 0xD209, stream: UInt64(step))
        var figures = StepFigures()
        for pass in 0..<passes {
            let batch = network.batch
            batch.fill(sequences[pass * recipe.passSequences..<(pass + 1) * recipe.passSequences])
            batch.lossScale = 1 / Float(targets)
            batch.balanceScale = 1 / Float(passes)
            let exempt = recipe.options.dropping?.exemptShare ?? 0
            batch.mayDrop = (0..<batch.sequences).map { _ in random.uniform() >= exempt }
            network.differentiate()
            figures.loss += network.head.lossSum / Double(targets)
            figures.add(network.routers, passes: passes)
        }
        figures.tokens = sequences.count * recipe.length
        return figures
    }

    func evaluate() -> [String: Double] {
        evaluator.map { [Self.bitsPerByte: $0.bitsPerByte(network)] } ?? [:]
    }

    var position: JSONValue { sampler.state }

    func restore(_ position: JSONValue) -> Bool { sampler.restore(position) }
}
