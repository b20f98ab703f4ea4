import DeepSeekJSON
import DeepSeekModel

/// Whether recipe, network and tokenizer fit together.
enum RunChecks {
    static func check(_ recipe: TrainingRecipe, _ model: ModelConfiguration, _ path: String) throws(TrainingError) {
        guard recipe.length <= model.maximumPositions else {
            throw TrainingError(
                .invalidRecipe,
                "\"sequence.length\" is \(recipe.length), and \(path) has \(model.maximumPositions) positions "
                    + "(\"max_position_embeddings\")")
        }
        let devices = recipe.options.balance.devices
        if let mixture = model.mixture {
            guard mixture.routedExperts % devices == 0 else {
                throw TrainingError(
                    .invalidRecipe, "\"balance.devices\" (\(devices)) must divide the \(mixture.routedExperts) experts")
            }
        } else if recipe.options.balance.isActive || recipe.options.dropping != nil {
            throw TrainingError(.invalidRecipe, "\"balance\" and \"dropping\" are for networks with experts")
        }
    }

    static func check(
        _ encoder: TextEncoder, _ model: ModelConfiguration, _ recipe: TrainingRecipe
    ) throws(TrainingError) {
        guard encoder.tokenizer.vocabularySize <= model.vocabularySize else {
            throw TrainingError(
                .invalidRecipe,
                "the tokenizer in \(recipe.tokenizer) has \(encoder.tokenizer.vocabularySize) tokens, and the network "
                    + "only \(model.vocabularySize) (\"vocab_size\")")
        }
        guard !recipe.isolatesDocuments || encoder.beginning != nil else {
            throw TrainingError(
                .invalidRecipe,
                "\"sequence.isolate_documents\" needs a \"bos_token\" in \(recipe.tokenizer)/tokenizer_config.json")
        }
    }

    /// What a run must not change when it goes on.
    static func summary(_ recipe: TrainingRecipe) -> JSONValue {
        func list(_ sources: [TrainingRecipe.Source]) -> JSONValue {
            .array(sources.map { [.string($0.path), .number($0.weight)] })
        }
        var summary: JSONObject = [
            "task": .string(recipe.task.rawValue), "seed": .integer(recipe.seed), "data": list(recipe.data),
            "sequence.length": .integer(recipe.length),
            "sequence.isolate_documents": .bool(recipe.isolatesDocuments),
            "lora": recipe.adaptation.map { [.integer($0.rank), .number($0.alpha)] } ?? .null,
        ]
        if let stage = recipe.contextExtension { summary["context_extension"] = .string("\(stage)") }
        if recipe.task == .grpo {
            let options = recipe.reinforcement
            summary["model.from"] = .string(recipe.startingPoint ?? "")
            summary["batch.questions"] = .integer(options.questions)
            summary["batch.samples"] = .integer(options.samples)
            summary["rollout.tokens"] = .integer(options.answerTokens)
            summary["rewards"] = .array(options.rewards.map { .string("\($0)") })
        }
        if recipe.task == .dpo || recipe.task == .reward {
            summary["model.from"] = .string(recipe.startingPoint ?? "")
            summary["batch.examples"] = .integer(recipe.preference.examples)
            summary["reward.loss"] = .string(recipe.preference.rewardLoss.rawValue)
        }
        return .object(summary)
    }
}
