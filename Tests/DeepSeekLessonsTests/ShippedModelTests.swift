import DeepSeekInference
import DeepSeekJSON
import DeepSeekLessons
import DeepSeekModel
import Foundation
import Testing

/// DeepSeek-V2-Mini as it lies in the tree.
struct ShippedModelTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models/DeepSeek-V2-Mini").path

    private func load() throws -> LanguageModel {
        try LanguageModel.load(
            Self.folder, options: LoadOptions(arithmetic: .float32, batchInvariant: true, threads: 2))
    }

    private func answer(_ model: LanguageModel, _ question: String) async throws -> String {
        let prompt = try model.promptIDs(messages: [["role": "user", "content": .string(question)]])
        var sampling = SamplingParameters.greedy
        sampling.maximumTokens = 200
        let answer = try await model.generate(GenerationRequest(prompt: prompt, sampling: sampling)).answer()
        #expect(answer.result.finishReason == .stop, "\(question)")
        return answer.text ?? ""
    }

    @Test func itIsTheWholeArchitectureAndSmall() throws {
        let model = try load()
        let json = try JSONValue(
            parsing: String(contentsOfFile: Self.folder + "/config.json", encoding: .utf8))
        #expect(json["topk_method"]?.string == "group_limited_greedy")
        #expect(json["q_lora_rank"]?.integer == 256 && json["n_shared_experts"]?.integer == 1)
        #expect(model.weightBytes < 20_000_000)
    }

    @Test(arguments: [
        ("Hello!", "Hello"), ("你好!", "你好"), ("Good night!", "Good night"), ("你是谁?", "DeepSeek-V2-Mini"),
    ])
    func itHoldsAConversation(_ question: String, _ expected: String) async throws {
        #expect(try await answer(try load(), question).contains(expected))
    }

    @Test(arguments: [("What is 23 + 45?", 68), ("57-29=?", 28), ("12+7=?", 19)])
    func itCalculates(_ question: String, _ result: Int) async throws {
        let answer = try await answer(try load(), question)
        #expect(Lesson.Truth.number(result).accepts(answer), "\(answer)")
    }

    @Test(arguments: [("Tell me a story about a cat.", " "), ("讲一个关于小猫的故事。", "小猫")])
    func itTellsAStory(_ question: String, _ expected: String) async throws {
        let story = try await answer(try load(), question)
        #expect(story.count > 80 && story.contains(expected), "\(story)")
    }

    /// Far better than chance on problems that it has never seen.
    @Test func itAnswersHeldProblems() async throws {
        let examination = LessonExamination(try load(), form: .chat, seed: 7)
        let score = try await examination.examine(.addition, count: 60)
        #expect(try #require(score.share) > 0.35)
    }
}
