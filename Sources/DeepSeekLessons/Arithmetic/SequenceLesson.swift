/// What comes next in a row of numbers that grows or shrinks evenly.
enum SequenceLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let step = random.number(1...10)
        let isGrowing = random.chance(0.7)
        let start = isGrowing ? random.number(1...50) : random.number(4 * step + 1...4 * step + 50)
        let numbers = (0...4).map { start + (isGrowing ? $0 : -$0) * step }
        let shown = numbers.dropLast().map { String($0) }.joined(separator: language.choose(", ", "、"))
        let question = Phrase.expand(
            language.choose(
                "[What comes next: {n}?|What is the next number: {n}, …?|Continue: {n}]",
                "[{n},下一个数是什么?|接下来是几:{n}?|找规律:{n},下一个数是多少?]"), ["n": shown], &random)
        let sign = isGrowing ? "+" : "-"
        return Lesson(
            .sequence, language, key: "\(numbers)",
            parts: [Calculation.key(numbers[3], sign, step)].compactMap(\.self), truth: .number(numbers[4]),
            question: question,
            answer: language.choose("Each step is \(sign)\(step). ", "每次\(sign)\(step)。")
                + "\(numbers[3])\(sign)\(step)=\(numbers[4])" + language.choose(".", "。")
                + WorkedSteps(language: language).answer(numbers[4]))
    }
}
