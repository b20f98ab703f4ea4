/// Saying some words again, as they are or from the last to the first.
enum WordListLesson {
    static func make(_ subject: LessonSubject, _ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let isReversed = subject == .reverse
        let words =
            isReversed || random.chance(0.4) ? few(isReversed ? 5 : 7, language, &random) : many(language, &random)
        let pattern =
            isReversed
            ? language.choose(
                "[Reverse the order: {w}|Say these words backwards: {w}|Reverse: {w}|From last to first: {w}]",
                "[把这些词倒过来:{w}|倒着说:{w}|倒序:{w}|从后往前说:{w}]")
            : language.choose(
                "[Repeat: {w}|Repeat after me: {w}|Say again: {w}|Please repeat these words: {w}]",
                "[重复:{w}|跟我说:{w}|请重复这些词:{w}|再说一遍:{w}]")
        let question = Phrase.expand(pattern, ["w": words.joined(separator: " ")], &random)
        let answer = (isReversed ? words.reversed() : words).joined(separator: " ")
        return Lesson(
            subject, language, key: "\(subject.rawValue) \(words)", truth: .text(answer), question: question,
            answer: answer)
    }

    private static func few(_ most: Int, _ language: LessonLanguage, _ random: inout LessonRandom) -> [String] {
        random.pick(random.number(2...most), of: WordTable.nouns + WordTable.colours).map { $0.word(language) }
    }

    /// Long lists of words or numbers, which may occur again. A network that has learned to look up what followed a word
    /// earlier learns the rest of the lessons many times faster.
    private static func many(_ language: LessonLanguage, _ random: inout LessonRandom) -> [String] {
        let areNumbers = random.chance(0.5)
        return (0..<random.number(4...20)).map { _ in
            areNumbers
                ? String(random.number(0...random.pick([9, 99, 999]))) : random.pick(WordTable.nouns).word(language)
        }
    }
}
