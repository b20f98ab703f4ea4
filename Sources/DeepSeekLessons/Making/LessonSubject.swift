/// What a lesson is about.
public enum LessonSubject: String, Sendable, CaseIterable {
    case addition, subtraction, multiplication, division, comparison, sequence
    case wordProblem = "word-problem"
    case repetition, count, sort, reverse
    case reading
    case translation, fact
    case story, talk

    /// Numbers to be worked out: what reinforcement learning is rewarded for.
    public static let arithmetic: [Self] = [.addition, .subtraction, .multiplication, .division, .wordProblem]

    /// Subjects whose questions can be answered without having seen them. A word or a fact has to be seen once.
    public static let testable: [Self] = allCases.filter { ![.translation, .fact, .story, .talk].contains($0) }

    /// How often a lesson is of this subject. Stories are about three times as long as the rest.
    var share: Int {
        switch self {
        case .addition, .subtraction: 12
        case .multiplication: 8
        case .division: 5
        case .wordProblem: 14
        case .comparison, .sequence: 3
        case .repetition: 6
        case .sort, .reverse: 3
        case .count: 4
        case .reading: 8
        case .translation, .fact: 4
        case .story: 18
        case .talk: 8
        }
    }

    func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        switch self {
        case .addition, .subtraction, .multiplication, .division:
            ArithmeticLesson.make(self, language, &random)
        case .comparison: ComparisonLesson.make(language, &random)
        case .sequence: SequenceLesson.make(language, &random)
        case .wordProblem: WordProblemLesson.make(language, &random)
        case .repetition, .reverse: WordListLesson.make(self, language, &random)
        case .count: CountLesson.make(language, &random)
        case .sort: SortLesson.make(language, &random)
        case .reading: ReadingLesson.make(language, &random)
        case .translation: TranslationLesson.make(language, &random)
        case .fact: FactLesson.make(language, &random)
        case .story: StoryLesson.make(language, &random)
        case .talk: TalkLesson.make(language, &random)
        }
    }
}
