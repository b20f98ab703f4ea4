/// How many words there are, or how often one of them.
enum CountLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let kinds = random.pick(3, of: WordTable.nouns).map { $0.word(language) }
        let countsAll = random.chance(0.5)
        let words = (0..<random.number(3...9)).map { _ in random.pick(kinds) }
        // The first one is there, so that the answer is at least 1.
        let wanted = words[0]
        let counted = countsAll ? words : words.filter { $0 == wanted }
        let question = Phrase.expand(
            countsAll
                ? language.choose(
                    "[How many words are there: {w}?|Count the words: {w}]", "[这里有几个词:{w}?|数一数有几个词:{w}]")
                : language.choose(
                    "[How many times does {x} occur: {w}?|Count {x}: {w}]", "[{x}出现了几次:{w}?|数一数有几个{x}:{w}]"),
            ["w": words.joined(separator: " "), "x": wanted], &random)
        let steps = counted.enumerated().map { "\($1) \($0 + 1)" }.joined(separator: language.choose(", ", ","))
        return Lesson(
            .count, language, key: "count \(countsAll) \(words)", truth: .number(counted.count), question: question,
            answer: steps + language.choose(".", "。") + WorkedSteps(language: language).answer(counted.count))
    }
}
