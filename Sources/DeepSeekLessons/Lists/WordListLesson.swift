/// Saying some words again, as they are or from the last to the first.
enum WordListLesson {
    static func make(_ subject: LessonSubject, _ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let isReversed = subject == .reverse
        let words = random.pick(random.number(2...(isReversed ? 5 : 7)), of: WordTable.nouns + WordTable.colours)
            .map { $0.word(language) }
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
}
