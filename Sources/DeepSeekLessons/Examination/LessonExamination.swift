import DeepSeekInference
import DeepSeekJSON

/// Asks a model lessons that it has not seen, and counts what it knows. Answers are greedy, and many are generated at once.
public struct LessonExamination: Sendable {
    /// How a question is put.
    public enum Form: String, Sendable, CaseIterable {
        /// Through the model's chat template.
        case chat
        /// As a text to be continued, for a model that was only pretrained.
        case text
    }

    /// Longer than any right answer.
    private static let longestAnswer = 160

    private let model: LanguageModel
    private let form: Form
    private let seed: UInt64

    public init(_ model: LanguageModel, form: Form, seed: UInt64) {
        self.model = model
        self.form = form
        self.seed = seed
    }

    /// - Parameters:
    ///   - count: questions.
    ///   - observe: each question with the answer to it, as it comes.
    public func examine(
        _ subject: LessonSubject, count: Int, observe: (Lesson, String, Bool) -> Void = { _, _, _ in }
    ) async throws -> SubjectScore {
        let lessons = held(subject, count)
        var score = SubjectScore(subject: subject)
        try await withThrowingTaskGroup(of: (Lesson, String).self) { group in
            for lesson in lessons { group.addTask { (lesson, try await answer(lesson)) } }
            for try await (lesson, answer) in group {
                let isRight = lesson.truth?.accepts(answer) ?? false
                score.count(lesson.language, isRight: isRight)
                observe(lesson, answer, isRight)
            }
        }
        return score
    }

    /// Bits per byte and perplexity of stories that were held back.
    public func stories(count: Int) throws -> Perplexity {
        var sum = Perplexity(context: 0, stride: 0, tokens: 0, negativeLogLikelihood: 0, utf8Bytes: 0)
        for lesson in held(.story, count) {
            let part = try model.perplexity(text: lesson.text)
            sum.context = part.context
            sum.stride = part.stride
            sum.tokens += part.tokens
            sum.negativeLogLikelihood += part.negativeLogLikelihood
            sum.utf8Bytes = (sum.utf8Bytes ?? 0) + (part.utf8Bytes ?? 0)
        }
        return sum
    }

    /// Different ones; fewer than asked for where a subject has no more.
    private func held(_ subject: LessonSubject, _ count: Int) -> [Lesson] {
        var seen: Set<String> = []
        return LessonMaker(seed: seed, split: .held, subjects: [subject]).lazy.prefix(count * 8)
            .filter { seen.insert($0.key ?? "").inserted }.prefix(count).map { $0 }
    }

    private func answer(_ lesson: Lesson) async throws -> String {
        guard let question = lesson.turns.first?.question else { return "" }
        var sampling = SamplingParameters.greedy
        let prompt: [Int32]
        switch form {
        case .chat:
            prompt = try model.promptIDs(messages: [["role": "user", "content": .string(question)]])
            sampling.maximumTokens = min(Self.longestAnswer, max(model.contextLength - prompt.count, 1))
        case .text:
            prompt = try model.promptIDs(
                text: Lesson.opening(of: question, lesson.language), matchingSpecialTokens: false)
            sampling.stopStrings = ["\n"]
            sampling.maximumTokens = min(Self.longestAnswer, max(model.contextLength - prompt.count, 1))
        }
        return try await model.generate(GenerationRequest(prompt: prompt, sampling: sampling)).answer().text ?? ""
    }
}
