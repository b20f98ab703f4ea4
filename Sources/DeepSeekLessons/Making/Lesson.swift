/// One thing to learn: a conversation of questions and answers, or a story.
public struct Lesson: Sendable, Hashable {
    public struct Turn: Sendable, Hashable {
        public var question: String
        public var answer: String
    }

    /// What an answer must be to count as right.
    public enum Truth: Sendable, Hashable {
        /// The last number of the answer.
        case number(Int)
        /// The whole answer, but for white space at its ends and a full stop.
        case text(String)
        /// A word that must be there, and others that must not.
        case word(String, not: [String])
    }

    public var subject: LessonSubject
    public var language: LessonLanguage
    public var turns: [Turn]
    /// nil where there is no one right answer.
    public var truth: Truth?
    /// What makes it another lesson: two with the same key ask the same, in whatever words. nil where all is to be
    /// taught, since nobody can know a word or 7×8 without having seen it once.
    public var key: String?
    /// Keys of the calculations within it, apart from its own.
    public var parts: [String]

    init(
        _ subject: LessonSubject, _ language: LessonLanguage, key: String?, parts: [String] = [], truth: Truth? = nil,
        turns: [Turn]
    ) {
        self.subject = subject
        self.language = language
        self.turns = turns
        self.truth = truth
        self.key = key
        self.parts = parts
    }

    init(
        _ subject: LessonSubject, _ language: LessonLanguage, key: String?, parts: [String] = [], truth: Truth?,
        question: String, answer: String
    ) {
        self.init(
            subject, language, key: key, parts: parts, truth: truth,
            turns: [Turn(question: question, answer: answer)])
    }

    /// As a text without a chat template, for pretraining: a story as it is, the rest as questions and answers.
    public var text: String {
        if subject == .story, let turn = turns.first { return turn.answer }
        return turns.map { Self.opening(of: $0.question, language) + " " + $0.answer }.joined(separator: "\n")
    }

    /// What a model that knows texts, and no conversations, is to continue.
    public static func opening(of question: String, _ language: LessonLanguage) -> String {
        language.choose("Question: \(question)\nAnswer:", "问题:\(question)\n回答:")
    }
}
