/// Putting numbers in order.
enum SortLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let numbers = random.pick(random.number(3...6), of: Array(1...random.pick([20, 99])))
        let isGrowing = random.chance(0.7)
        let pattern =
            isGrowing
            ? language.choose(
                "[Sort: {n}|Sort from small to large: {n}|Put these numbers in order: {n}]",
                "[排序:{n}|从小到大排列:{n}|把这些数从小到大排好:{n}]")
            : language.choose("[Sort from large to small: {n}|Largest first: {n}]", "[从大到小排列:{n}|把这些数从大到小排好:{n}]")
        let separator = language.choose(", ", "、")
        let question = Phrase.expand(
            pattern, ["n": numbers.map { String($0) }.joined(separator: separator)], &random)
        let answer = numbers.sorted(by: isGrowing ? { $0 < $1 } : { $0 > $1 }).map { String($0) }
            .joined(separator: separator)
        return Lesson(
            .sort, language, key: "sort \(isGrowing) \(numbers)", truth: .text(answer), question: question,
            answer: answer)
    }
}
