/// Which of two numbers is larger, or smaller.
enum ComparisonLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let left = random.number(1...random.pick([99, 999]))
        let right = left + random.number(1...random.pick([9, 90])) * (random.chance(0.5) && left > 90 ? -1 : 1)
        let isLarger = random.chance(0.6)
        let result = isLarger ? max(left, right) : min(left, right)
        let other = left + right - result
        let question = Phrase.expand(
            language.choose(
                "[Which is {w}, {l} or {r}?|Which number is {w}: {l} or {r}?]", "[{l}和{r}哪个{w}?|{l}和{r},哪个数{w}?]"),
            [
                "l": String(left), "r": String(right),
                "w": isLarger ? language.choose("larger", "大") : language.choose("smaller", "小"),
            ], &random)
        let sign = isLarger ? ">" : "<"
        return Lesson(
            .comparison, language, key: "\(min(left, right))?\(max(left, right))", truth: .number(result),
            question: question,
            answer: "\(result)\(sign)\(other)" + language.choose(".", "。")
                + WorkedSteps(language: language).answer(result))
    }
}
