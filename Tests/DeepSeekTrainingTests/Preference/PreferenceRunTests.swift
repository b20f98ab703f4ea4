import DeepSeekCheckpoints
import DeepSeekInference
import DeepSeekJSON
import DeepSeekTensors
import DeepSeekTraining
import Foundation
import Testing

struct PreferenceRunTests {
    private static let pairs = """
        data: [{path: pairs.jsonl}]
        validation: [{path: pairs.jsonl}]
        sequence: {length: 64}
        batch: {examples: 4, pass: 2}
        optimizer: {learning_rate: 0.01, warmup_steps: 1, weight_decay: 0}
        checkpoint: {every: 4, keep: 2}
        evaluate: {every: 12, examples: 10}
        """

    private struct Cut: Error {}

    /// A model that says anything, and pairs whose better answer is the one about the cat.
    private func trial() throws -> TrialRun {
        let trial = try TrialRun()
        try trial.open(try trial.recipe("base", steps: 4, TrialRun.pretraining)).train { _ in true }
        let names = ["Ann", "Bob", "小明", "a bird"]
        let lines = (0..<16).map { index -> String in
            let name = names[index % 4]
            return TrialRun.line([
                "prompt": .string("Who is there, \(index)?"), "chosen": .string("the cat likes \(name)."),
                "rejected": .string("\(name) likes \(names[(index + 1) % 4])."),
            ])
        }
        try trial.folder.write(lines.joined(), as: "pairs.jsonl")
        let scored = (0..<16).map { index in
            TrialRun.line([
                "prompt": .string("Who is there, \(index)?"),
                "response": .string(index % 2 == 0 ? "the cat likes Ann." : "Bob likes Ann."),
                "score": .number(index % 2 == 0 ? 1 : 0),
            ])
        }
        try trial.folder.write(scored.joined(), as: "scored.jsonl")
        return trial
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

    private func open(
        _ trial: TrialRun, _ output: String, steps: Int = 12, _ task: String, _ data: String = Self.pairs
    ) throws -> TrainingRun {
        try trial.open(
            try trial.recipe(output, steps: steps, "\(task)\n\(data)", model: "{from: base/model}"), threads: 1)
    }

    @Test func directPreferenceOptimizationLearns() throws {
        let trial = try trial()
        let task = "task: dpo\ndpo: {beta: 0.2}"
        let found = try records(open(trial, "whole", task))
        // Before the first step the policy is its reference.
        #expect(abs(try #require(found[0].more["held_loss"]) - log(2)) < 1e-6)
        #expect(try #require(found.last?.more["held_accuracy"]) > 0.9)
        #expect(try #require(found.last?.more["held_loss"]) < 0.6)
        #expect(throws: Cut.self) { try records(open(trial, "parts", task), cutAt: 6) }
        let rest = try records(open(trial, "parts", task))
        #expect(rest.map(\.loss.bitPattern) == found.suffix(8).map(\.loss.bitPattern))
    }

    @Test(arguments: ["pair", "point"])
    func rewardModelsLearnAndJudge(loss: String) throws {
        let trial = try trial()
        let data = loss == "pair" ? Self.pairs : Self.pairs.replacing("pairs.jsonl", with: "scored.jsonl")
        let found = try records(
            open(trial, "judge", steps: loss == "pair" ? 25 : 60, "task: reward\nreward: {loss: \(loss)}", data))
        #expect(try #require(found.last?.more["held_accuracy"]) > 0.9)
        let folder = trial.folder.file("judge/model")
        #expect(try Checkpoint(folder: folder).tensor(named: "score.weight")?.shape == [1, 32])
        let model = try RewardModel(folder: folder, length: 64, threads: 1, instructionSet: .selected(forced: nil))
        func conversation(_ answer: String) -> [JSONValue] {
            [["role": "user", "content": "Who is there, 3?"], ["role": "assistant", "content": .string(answer)]]
        }
        let answers = ["the cat likes Ann.", "Bob likes Ann."]
        let scores = try model.scores(answers.map(conversation))
        #expect(scores[0] > scores[1])
        #expect(try model.scores([conversation(answers[1])]) == [scores[1]], "neighbours do not matter")
        let error = #expect(throws: TrainingError.self) {
            try model.scores([conversation(String(repeating: "long ", count: 60))])
        }
        #expect(error?.code == .invalidData)

        // As a reward of GRPO, with a weight, beside a rule.
        let recipe = try trial.recipe(
            "policy", steps: 1,
            """
            task: grpo
            data: [{path: pairs.jsonl}]
            sequence: {length: 64}
            batch: {questions: 2, samples: 2, pass: 2}
            rollout: {tokens: 8}
            rewards:
              - {kind: model, name: helpful, path: judge/model, weight: 0.5}
              - {kind: language, weight: 0.25}
            """, model: "{from: base/model}")
        let record = try #require(try records(try trial.open(recipe, threads: 1)).last)
        let (helpful, language) = (
            try #require(record.more["reward_helpful"]), try #require(record.more["reward_language"])
        )
        #expect((0...1).contains(helpful))
        #expect(abs(try #require(record.more["reward"]) - 0.5 * helpful - 0.25 * language) < 1e-9)
        let plain = #expect(throws: TrainingError.self) {
            try RewardModel(
                folder: trial.folder.file("base/model"), length: 64, threads: 1, instructionSet: .selected(forced: nil))
        }
        #expect(plain?.message.contains("no reward model") == true)
    }

    @Test(arguments: [
        ("dpo", "{\"prompt\": \"a\", \"chosen\": \"b\"}", "\"rejected\""),
        ("dpo", "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"b\"}", "are the same"),
        ("dpo", "{\"chosen\": \"b\", \"rejected\": \"c\"}", "besides the text in \"chosen\""),
        ("dpo", "\n{\"text\": \"b\"}", "line 2: a line needs"),
        ("dpo", "", "there are no examples"),
        ("reward", "{\"prompt\": \"a\", \"response\": \"b\"}", "under \"score\""),
        ("reward", "{\"prompt\": \"a\", \"response\": \"b\", \"score\": 2}", "from 0 to 1"),
        (
            "reward", "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"score\": 1}",
            "end with the assistant"
        ),
    ])
    func brokenExamplesAreNamed(task: String, lines: String, message: String) throws {
        let trial = try trial()
        try trial.folder.write(lines, as: "pairs.jsonl")
        let error = #expect(throws: TrainingError.self) {
            try open(trial, "bad", "task: \(task)" + (task == "reward" ? "\nreward: {loss: point}" : ""))
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("pairs.jsonl") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}
