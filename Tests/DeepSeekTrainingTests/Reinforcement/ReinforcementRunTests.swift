import DeepSeekInference
import DeepSeekTensors
import DeepSeekTraining
import Foundation
import Testing

struct ReinforcementRunTests {
    /// The share of an answer that is the letter "e".
    private struct Wanted: Reward {
        let name = "wanted"

        func score(_ sample: RewardSample) -> Double {
            Double(sample.answer.count { $0 == "e" }) / Double(max(sample.answer.count, 1))
        }
    }

    private struct Cut: Error {}

    private static let learning = """
        task: grpo
        data: [{path: questions.jsonl}]
        sequence: {length: 64}
        batch: {questions: 4, samples: 8, pass: 4}
        rollout: {tokens: 12, concurrent: 16}
        precision: float32
        checkpoint: {every: 2, keep: 2}
        """

    /// A model that says anything, and questions.
    private func trial() throws -> TrialRun {
        let trial = try TrialRun()
        try trial.open(try trial.recipe("base", steps: 4, TrialRun.pretraining)).train { _ in true }
        let questions = (0..<12).map { index in
            TrialRun.line(["prompt": .string("What is \(index) + 1?"), "answer": .integer(index + 1)])
        }
        try trial.folder.write(questions.joined(), as: "questions.jsonl")
        return trial
    }

    private func run(
        _ trial: TrialRun, _ output: String, steps: Int, _ more: String, threads: Int = 2
    ) throws -> TrainingRun {
        try TrainingRun(
            try trial.recipe(output, steps: steps, Self.learning + "\n" + more, model: "{from: base/model}"),
            threads: threads, instructionSet: .selected(forced: nil), rewards: [(Wanted(), 1)])
    }

    private func records(_ run: TrainingRun, cutAt step: Int? = nil) throws -> [StepRecord] {
        var records: [StepRecord] = []
        try run.train { record in
            records.append(record)
            if record.step == step { throw Cut() }
            return true
        }
        return records
    }

    @Test func learnsWhatIsRewarded() throws {
        let trial = try trial()
        let more = """
            grpo: {kl: 0.01, updates: 2}
            optimizer: {learning_rate: 0.02, warmup_steps: 1, weight_decay: 0}
            validation: [{path: questions.jsonl}]
            evaluate: {every: 15, questions: 5}
            """
        let found = try records(run(trial, "grpo", steps: 30, more, threads: 1))
        #expect(found.count == 31 && found[0].step == 0, "the model is evaluated before the first step")
        #expect(found[0].more["held_reward"] != nil && found[0].more["reward"] == nil)
        let rewards = found.dropFirst().compactMap { $0.more["reward"] }
        let (early, late) = (rewards.prefix(5).reduce(0, +) / 5, rewards.suffix(5).reduce(0, +) / 5)
        #expect(late > early + 0.3, "\(early) to \(late)")
        #expect(try #require(found.last?.more["kl"]) > 0)
        #expect(found.contains { $0.more["clip_share"] ?? 0 > 0 })
        // In float32 the engine and the network in training give the same log-probabilities.
        #expect(found.dropFirst().allSatisfy { $0.more["mismatch"] ?? 1 < 1e-4 })
        #expect(found.dropFirst().allSatisfy { $0.more["rollout_tokens_per_second"] ?? 0 > 0 })
        let log = try String(contentsOfFile: trial.folder.file("grpo/log.csv"), encoding: .utf8)
        #expect(log.hasPrefix("step,") && log.contains("held_accuracy") && log.contains("reward_wanted"))
        #expect(
            try String(contentsOfFile: trial.folder.file("grpo/log.svg"), encoding: .utf8).contains("answer tokens"))
        _ = try LanguageModel.load(trial.folder.file("grpo/model"))
    }

    /// A run that is cut off repeats what was lost, bit for bit, with another number of threads; with the reference too.
    @Test(arguments: ["grpo: {kl: 0.1}", "grpo: {kl: 0, ratio: sequence}\nlora: {rank: 2}"])
    func goesOnBitForBit(more: String) throws {
        let trial = try trial()
        let rate = more + "\noptimizer: {learning_rate: 0.01, warmup_steps: 1}"
        func bits(_ records: [StepRecord]) -> [[UInt64]] {
            records.map { [$0.loss.bitPattern, $0.gradientNorm.bitPattern, $0.more["reward"]?.bitPattern ?? 0] }
        }
        let whole = bits(try records(run(trial, "whole", steps: 4, rate, threads: 1)))
        #expect(throws: Cut.self) { try records(run(trial, "parts", steps: 4, rate, threads: 1), cutAt: 3) }
        let second = try run(trial, "parts", steps: 4, rate, threads: 2)
        #expect(second.resumedStep == 2)
        #expect(bits(try records(second)) == Array(whole[2...]))
        func weights(_ output: String) throws -> Data {
            try Data(contentsOf: URL(filePath: trial.folder.file("\(output)/model/model.safetensors")))
        }
        #expect(try weights("whole") == weights("parts"))
    }

    @Test(arguments: [
        ("{\"prompt\": \"Hi\"}", "line 1: the reward \"answer\" needs"),
        ("{\"prompt\": \"Hi\", \"answer\": 1}\n{\"text\": \"Hi\"}", "line 2: a line must be an object with a list"),
        ("{\"messages\": [{\"role\": \"assistant\", \"content\": \"a\"}], \"answer\": 1}", "nothing left to answer"),
        ("{\"prompt\": \"\(String(repeating: "long ", count: 60))\", \"answer\": 1}", "fit into a sequence"),
        ("nonsense", "line 1: not valid JSON"), ("\n", "there are no questions"),
    ])
    func brokenQuestionsAreNamed(lines: String, message: String) throws {
        let trial = try trial()
        try trial.folder.write(lines, as: "questions.jsonl")
        let error = #expect(throws: TrainingError.self) {
            try run(trial, "bad", steps: 2, "rewards: [{kind: answer}]")
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("questions.jsonl") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("rewards: [{kind: tests}]", "\"rewards[0].kind\" is \"tests\"; known: answer"),
        ("rewards: [{weight: 1}]", "a reward needs \"kind\""),
        ("rewards: [{kind: format, pattern: '('}]", "not a regular expression"),
        ("rewards: [{kind: code, seconds: 20}]", "must be less than \"reward_seconds\""),
        ("rewards: [{kind: answer, patern: a}]", "unknown key \"rewards[0].patern\""),
        ("rollout: {tokens: 64}", "leaves no room for a question"),
        ("batch: {sequences: 8}", "unknown key \"batch.sequences\""),
        ("batch: {samples: 1}", "\"batch.samples\" is 1"),
        ("grpo: {ratio: word}", "known: token, sequence"),
        ("dropping: {}", "a policy must be the one that answers"),
        ("tokens: 1000", "unknown key \"tokens\""),
    ])
    func recipesAreChecked(yaml: String, message: String) {
        let least =
            "task: grpo\noutput: o\nmodel: {from: m}\ndata: [{path: d}]\nsteps: 3\nsequence: {length: 64}\n"
            + (yaml.hasPrefix("rollout") ? "" : "rollout: {tokens: 8}\n")
        let error = #expect(throws: TrainingError.self) {
            try TrainingRecipe(yaml: least + yaml, path: "/runs/recipe.yaml")
        }
        #expect(error?.code == .invalidRecipe)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func needsAModelAndRewards() throws {
        let yaml = "task: grpo\noutput: o\nmodel: {config: c}\ntokenizer: t\ndata: [{path: d}]\nsteps: 3"
        let error = #expect(throws: TrainingError.self) { try TrainingRecipe(yaml: yaml, path: "/r.yaml") }
        #expect(error?.message.contains("starts from a model that answers") == true)
        let trial = try trial()
        let recipe = try trial.recipe("none", Self.learning, model: "{from: base/model}")
        #expect(throws: TrainingError.self) { try trial.open(recipe) }
    }
}
