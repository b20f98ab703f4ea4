import DeepSeekTraining
import Testing

struct RecipeTests {
    private static let least = "output: o\nmodel: {config: c.json}\ntokenizer: t\ndata: [{path: d.txt}]\n"

    private func recipe(_ yaml: String) throws -> TrainingRecipe {
        try TrainingRecipe(yaml: yaml, path: "/runs/recipe.yaml")
    }

    @Test func pathsAreRelativeToTheRecipe() throws {
        let recipe = try recipe(Self.least + "steps: 3")
        #expect(recipe.output == "/runs/o")
        #expect(recipe.data == [.init(path: "/runs/d.txt", weight: 1)])
        #expect(recipe.optimizer.beta2 == 0.95 && recipe.schedule.factor == 0.316)
    }

    @Test(arguments: [
        ("steps: 3\nlerning_rate: 1", ":6: unknown key \"lerning_rate\"; known here: "),
        ("steps: 3\noptimizer: {rate: 1}", "unknown key \"optimizer.rate\""),
        ("steps: 3\ntokens: 5", "either \"steps\" or \"tokens\""),
        ("", "either \"steps\" or \"tokens\""),
        ("steps: 0", "\"steps\" is 0; it must be from 1"),
        ("steps: many", "\"steps\" must be an integer"),
        ("steps: 3\nbatch: {sequences: 6, pass: 4}", "must be a multiple"),
        ("steps: 3\nbatch: {ramp: {from: 2}}", "needs \"tokens\""),
        ("steps: 3\nbalance: {device: 0.1}", "needs \"balance.devices\""),
        ("steps: 3\ndropping: {}", "needs \"balance.devices\""),
        ("steps: 3\nlora: {rank: 2}", "needs a checkpoint"),
        ("steps: 3\nevaluate: {every: 1}", "needs \"validation\""),
        ("steps: 3\nprecision: int8", "known: float32, bfloat16"),
        ("steps: 3\noptimizer: {warmup_steps: 3}", "leaves nothing"),
        ("steps: 3\ntask: sft\nsequence: {isolate_documents: true}", "is for texts"),
        ("steps: 3\nsteps: 4", "'steps'"),
        ("steps: [", "not valid YAML"),
    ])
    func errorsNameTheKey(yaml: String, message: String) {
        let error = #expect(throws: TrainingError.self) { try recipe(Self.least + yaml) }
        #expect(error?.code == .invalidRecipe)
        #expect(error?.message.hasPrefix("/runs/recipe.yaml") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func aModelIsNewOrGoesOn() {
        for model in ["{}", "{from: b, init_std: 0.1}", "{form: b}"] {
            let yaml = "output: o\nmodel: \(model)\ntokenizer: t\ndata: [{path: d}]\nsteps: 1"
            #expect(throws: TrainingError.self) { try recipe(yaml) }
        }
    }

    @Test func tokensBecomeStepsAndBatchesGrow() throws {
        let recipe = try recipe(
            Self.least
                + "tokens: 1e5\nsequence: {length: 100}\nbatch: {sequences: 16, pass: 4, ramp: {from: 4, tokens: 20_000}}"
        )
        #expect(recipe.sequences(afterTokens: 0) == 4)
        #expect(recipe.sequences(afterTokens: 19_999) == 12)
        #expect(recipe.sequences(afterTokens: 20_000) == 16)
        var (tokens, steps) = (0, 0)
        while tokens < 100_000 { (tokens, steps) = (tokens + recipe.sequences(afterTokens: tokens) * 100, steps + 1) }
        #expect(recipe.steps == steps)
    }

    @Test func learningRateWarmsUpAndSteps() {
        var schedule = LearningRateSchedule()
        (schedule.maximum, schedule.warmupSteps, schedule.decayAt) = (1, 10, [0.6, 0.9])
        #expect(schedule.rate(step: 1, of: 100) == 0.1)
        #expect(schedule.rate(step: 10, of: 100) == 1)
        #expect(schedule.rate(step: 60, of: 100) == 1)
        #expect(schedule.rate(step: 61, of: 100) == 0.316)
        #expect(abs(schedule.rate(step: 91, of: 100) - 0.316 * 0.316) < 1e-12)
    }
}
