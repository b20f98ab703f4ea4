import DeepSeekInference

/// The examples that a recipe names.
struct PreferenceData {
    let sampler: RoundSampler<PreferenceExample>
    let held: [PreferenceExample]

    init(_ recipe: TrainingRecipe, _ form: PreferenceFile.Form) throws {
        let format = ChatFormat(try TokenizerFiles(recipe.tokenizer))
        func examples(_ source: TrainingRecipe.Source) throws -> [PreferenceExample] {
            try PreferenceFile(source.path, format).examples(form, limit: recipe.length)
        }
        sampler = RoundSampler(
            try recipe.data.map { (try examples($0), $0.weight) }, seed: UInt64(recipe.seed))
        held = Array(try recipe.validation.flatMap(examples).prefix(recipe.evaluationSequences))
    }
}
