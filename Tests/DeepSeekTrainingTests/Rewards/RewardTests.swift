import DeepSeekJSON
import DeepSeekSandbox
import DeepSeekTraining
import Foundation
import Synchronization
import Testing

struct RewardTests {
    private func sample(_ question: JSONValue, _ answer: String, isComplete: Bool = true) -> RewardSample {
        RewardSample(question: question, answer: answer, tokens: 1, isComplete: isComplete)
    }

    @Test(arguments: [
        ("7", "3 + 4 = 7", true), ("7", "First 3, then 4, so the answer is 7.", true),
        ("7", "The answer is 8, not 7", false),
        ("7", "7 + 1 = 8", false), ("1234", "Answer: 1,234", true), ("-5", "so x = −5", true), ("5", "x = -5", false),
        ("0.5", "Answer: 1/2", true), ("1/2", "\\boxed{\\frac{1}{2}} is 3", true), ("3", "\\boxed{3} or 4", true),
        ("12", "共 3 × 4 = 12。\n答案：12", true), ("12", "答案是 12 个", true), ("12", "１２", true),
        ("50", "Answer: 50%", true), ("12", "#### 12", true), ("12", "I do not know", false), ("12", "", false),
        ("3.0", "3", true), ("42", "Answer: 40 + 2 = 42", true), ("Paris", "Answer: paris.", true),
        ("Paris", "Rome", false), ("b a c", "b a c", true), ("18", "worked out\n#### 18", true),
        ("10", "it is 5-10 long: 10", true),
    ])
    func finalAnswers(expected: String, text: String, isRight: Bool) throws {
        let score = try AnswerReward().score(sample(["answer": .string(expected)], text))
        #expect(score == (isRight ? 1 : 0), "\(text)")
    }

    @Test func answersMustEndAndBeKnown() throws {
        let question: JSONValue = ["answer": 7]
        #expect(try AnswerReward().score(sample(question, "7", isComplete: false)) == 0)
        #expect(try AnswerReward(requiresEnd: false).score(sample(question, "7", isComplete: false)) == 1)
        #expect(try AnswerReward().score(sample(["answer": "Two and two.\n#### 4"], "4")) == 1)
        #expect(throws: TrainingError.self) { try AnswerReward().check(["prompt": "?"]) }
    }

    @Test func formats() throws {
        let reward = try FormatReward(pattern: "<think>.*</think>\\s*\\d+")
        #expect(try reward.score(sample(nil, "<think>a\nb</think> 12")) == 1)
        #expect(try reward.score(sample(nil, "<think>a</think> 12 and more")) == 0)
        #expect(try reward.score(sample(nil, "<think>a</think> 12", isComplete: false)) == 0)
        #expect(throws: TrainingError.self) { try FormatReward(pattern: "(") }
    }

    @Test func languages() {
        let chinese: JSONValue = ["prompt": "小明有三个苹果。"]
        #expect(LanguageReward().score(sample(chinese, "答案是 3")) == 1)
        #expect(LanguageReward().score(sample(chinese, "The answer")) == 0)
        #expect(LanguageReward(.english).score(sample(chinese, "ab 中文")) == 0.5)
        #expect(LanguageReward().score(sample(chinese, "12")) == 1)
    }

    @Test(.enabled(if: Sandbox.path(of: "python3") != nil, "skipped: needs python3"))
    func codeRunsItsTests() throws {
        let reward = try CodeReward(limits: SandboxLimits(seconds: 5))
        let question: JSONValue = ["tests": ["assert add(2, 3) == 5", "assert add(0, 0) == 0"]]
        #expect(
            try reward.score(sample(question, "Here:\n```python\ndef add(a, b):\n    return a + b\n```\nDone.")) == 1)
        #expect(try reward.score(sample(question, "def add(a, b): return a - b")) == 0)
        #expect(try reward.score(sample(question, "import sys\nsys.exit(0)")) == 0)
        #expect(try reward.score(sample(question, "def add(a, b:")) == 0)
        #expect(throws: TrainingError.self) { try reward.check(["tests": []]) }
    }

    private struct Broken: Error {}

    private struct Misbehaving: Reward {
        let name: String
        let body: @Sendable (RewardSample) throws -> Double

        func score(_ sample: RewardSample) throws -> Double { try body(sample) }
    }

    /// One that hangs holds up nobody else, and each is told of by name.
    @Test func rewardsThatThrowOrHangAreBounded() throws {
        let gate = DispatchSemaphore(value: 0)
        let rewards: [any Reward] = [
            Misbehaving(name: "hangs") { sample in
                if sample.answer == "2" { gate.wait() }
                return 1
            },
            Misbehaving(name: "throws") { sample in if sample.answer == "1" { throw Broken() } else { return 2 } },
            Misbehaving(name: "nan") { sample in sample.answer == "0" ? .nan : 3 },
        ]
        let runner = RewardRunner(threads: 2, limit: .seconds(0.2))
        let sum = RewardSum(rewards.map { (.rule($0), 1) }, runner: runner)
        let scores = try sum.scores((0..<4).map { sample(nil, "\($0)") })
        gate.signal()
        #expect(scores.totals == [3, 4, 5, 6])
        #expect(Set(scores.failures.map(\.reward)) == ["hangs", "throws", "nan"])
        #expect(scores.failures.contains { $0.message.contains("more than 0.2 s") })

        let hopeless = RewardSum([(.rule(rewards[1]), 1)], runner: runner)
        let error = #expect(throws: TrainingError.self) { try hopeless.scores([sample(nil, "1"), sample(nil, "1")]) }
        #expect(error?.code == .rewardFailed && error?.message.contains("\"throws\"") == true)
    }
}
