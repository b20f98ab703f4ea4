/// The data that a recipe names, prepared.
struct RunData {
    private let recipe: TrainingRecipe
    private let encoder: TextEncoder
    private let preparation: DataPreparation

    init(_ recipe: TrainingRecipe, _ encoder: TextEncoder) {
        self.recipe = recipe
        self.encoder = encoder
        preparation = DataPreparation(encoder: encoder, folder: "\(recipe.output)/data")
    }

    private func sources(
        _ list: [TrainingRecipe.Source], _ progress: (String, Double, Int) -> Void
    ) throws -> [DataSource] {
        try list.enumerated().map { index, source in
            let shard = try preparation.shard(of: source.path) { progress($0.path, $0.done, $0.tokens) }
            return DataSource(
                [shard], weight: source.weight, seed: UInt64(recipe.seed), stream: UInt64(index + 1))
        }
    }

    func sampler(_ progress: (String, Double, Int) -> Void) throws -> SequenceSampler {
        SequenceSampler(
            try sources(recipe.data, progress), length: recipe.length,
            packing: recipe.task == .sft ? .whole : .stream, isolates: recipe.isolatesDocuments,
            beginning: encoder.beginning, seed: UInt64(recipe.seed))
    }

    func evaluator(_ progress: (String, Double, Int) -> Void) throws -> HeldTextEvaluator? {
        guard !recipe.validation.isEmpty else { return nil }
        let shards = try recipe.validation.map { source in
            try preparation.shard(of: source.path) { progress($0.path, $0.done, $0.tokens) }
        }
        return HeldTextEvaluator(
            shards, encoder: encoder, maximumSequences: recipe.evaluationSequences)
    }
}
