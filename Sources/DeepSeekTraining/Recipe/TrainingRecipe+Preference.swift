extension TrainingRecipe {
    /// `batch`, and `dpo` or `reward`, of a run that learns from preferences.
    mutating func readPreference(_ reader: RecipeReader) throws {
        if let batch = try reader.mapping("batch") {
            preference.examples = try batch.integer("examples", in: 1...(1 << 16)) ?? preference.examples
            passSequences = try batch.integer("pass", in: 2...(1 << 16)) ?? max(passSequences, 2)
            try batch.finish()
        }
        if task == .dpo, let values = try reader.mapping("dpo") {
            preference.beta = try values.number("beta", in: 1e-6...1e3) ?? preference.beta
            preference.labelSmoothing = try values.number("label_smoothing", in: 0...0.5) ?? preference.labelSmoothing
            try values.finish()
        }
        if task == .reward, let values = try reader.mapping("reward") {
            preference.rewardLoss =
                try values.choice("loss", PreferenceOptions.RewardLoss.self) ?? preference.rewardLoss
            try values.finish()
        }
    }
}
