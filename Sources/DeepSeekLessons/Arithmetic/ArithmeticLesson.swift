/// A bare calculation.
enum ArithmeticLesson {
    static func make(_ subject: LessonSubject, _ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let calculation = Calculation(subject, &random)
        let words = words(subject)
        let pattern = language.choose(
            "[What is {l} {s} {r}?|{l} {s} {r}|{l}{s}{r}=?|{l} {s} {r} = ?|How much is {l} {s} {r}?|Calculate {l} {s} {r}."
                + "|What is {l} \(words.english) {r}?|Please work out {l}{s}{r}.|Can you tell me what {l} \(words.english) {r} is?]",
            "[{l}{s}{r}=?|{l}{s}{r}等于多少?|计算{l}{s}{r}。|{l}{s}{r}是多少?|{l}\(words.chinese){r}等于几?|{l} {s} {r} = ?"
                + "|请算一算{l}{s}{r}。|{l}\(words.chinese){r}是多少?]")
        let sign =
            subject == .multiplication && random.chance(0.3)
            ? "*" : subject == .division && random.chance(0.3) ? "/" : calculation.sign
        let question = Phrase.expand(
            pattern, ["l": String(calculation.left), "r": String(calculation.right), "s": sign], &random)
        let steps = WorkedSteps(language: language)
        return Lesson(
            subject, language, key: calculation.key, parts: calculation.parts, truth: .number(calculation.result),
            question: question,
            answer: calculation.steps(language) + steps.answer(calculation.result))
    }

    private static func words(_ subject: LessonSubject) -> (english: String, chinese: String) {
        switch subject {
        case .subtraction: ("minus", "减")
        case .multiplication: ("times", "乘")
        case .division: ("divided by", "除以")
        default: ("plus", "加")
        }
    }
}
