/// A calculation that a small story leads to, in one step or two.
enum WordProblemLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let subject = random.pick(
            [.addition, .addition, .subtraction, .subtraction, .multiplication, .division] as [LessonSubject])
        let first = Calculation(subject, &random)
        let people = language.choose(Names.english, Names.chinese)
        let names = random.pick(2, of: people)
        let thing = random.pick(language.choose(things.map(\.english), things.map(\.chinese)))
        var slots = [
            "a": String(first.left), "b": String(first.right), "q": String(first.result), "n": names[0].name,
            "m": names[1].name, "he": names[0].he, "He": names[0].he.capitalized, "t": thing,
        ]
        var text = Phrase.expand(random.pick(patterns(subject, language)), slots, &random)
        var answer = first.steps(language)
        var result = first.result
        var (key, parts) = (first.key, first.parts)
        // A second step on what the first gave.
        if [.addition, .subtraction].contains(subject), result > 3, random.chance(0.25) {
            let taken = random.number(1...min(result - 1, 20))
            slots["c"] = String(taken)
            text += Phrase.expand(
                language.choose(
                    " Then {n} [gives away|loses|sells] {c} {t}.", "后来{n}又[送出|用掉|卖掉]了{c}{t}。"), slots, &random)
            answer += language.choose(" ", "") + WorkedSteps(language: language).subtraction(result, taken)
            parts += [key, Calculation.key(result, "-", taken)].compactMap(\.self)
            key = "\(first.left)\(first.sign)\(first.right)-\(taken)"
            result -= taken
        }
        text += Phrase.expand(ending(subject, language), slots, &random)
        return Lesson(
            .wordProblem, language, key: key, parts: parts, truth: .number(result), question: text,
            answer: answer + WorkedSteps(language: language).answer(result))
    }

    private static func ending(_ subject: LessonSubject, _ language: LessonLanguage) -> String {
        switch subject {
        case .multiplication:
            language.choose(" How many {t} are there [in all|altogether]?", "一共有多少{t}?")
        case .division:
            language.choose(" How many {t} does each [one |child ]get?", "每[人|个孩子]分到多少{t}?")
        default:
            language.choose(
                " How many {t} does {n} have [now|in the end|left]?", "{n}[现在|最后|还]有多少{t}?")
        }
    }

    private static func patterns(_ subject: LessonSubject, _ language: LessonLanguage) -> [String] {
        switch subject {
        case .subtraction:
            language.choose(
                [
                    "{n} has {a} {t}. {He} [gives|sells] {b} of them to {m}.",
                    "{n} [has|buys|finds] {a} {t}. {He} [loses|breaks|uses] {b} of them.",
                    "There are {a} {t} in {n}'s [box|bag|house]. {m} takes {b} of them away.",
                ],
                [
                    "{n}有{a}{t}。{he}[给了|送给|卖给]{m}{b}{t}。", "{n}[有|买了|找到]{a}{t},[丢了|用掉了|弄坏了]{b}{t}。",
                    "{n}的[盒子|包|家]里有{a}{t},{m}拿走了{b}{t}。",
                ])
        case .multiplication:
            language.choose(
                [
                    "There are {b} [boxes|bags|baskets]. Each one has {a} {t} in it.",
                    "{n} has {b} [boxes|bags|baskets] with {a} {t} in each.",
                    "{n} [buys|makes|finds] {a} {t} every day for {b} days.",
                ],
                [
                    "有{b}个[盒子|包|篮子],每个里面有{a}{t}。", "{n}有{b}个[盒子|包|篮子],每个装{a}{t}。",
                    "{n}每天[买|做|找到]{a}{t},{b}天后,",
                ])
        case .division:
            language.choose(
                [
                    "{n} shares {a} {t} among {b} [friends|children].",
                    "There are {a} {t} for {b} [friends|children]. All get the same.",
                ],
                ["{n}把{a}{t}平均分给{b}个[朋友|孩子]。", "{b}个[朋友|孩子]平分{a}{t}。"])
        default:
            language.choose(
                [
                    "{n} has {a} {t}. {m} gives {n} {b} more.", "{n} has {a} {t} and [buys|finds|gets|makes] {b} more.",
                    "{n} [buys|finds|makes] {a} {t} in the morning and {b} {t} in the evening.",
                    "There are {a} {t} in {n}'s [box|bag|house]. {n} puts {b} more into it.",
                ],
                [
                    "{n}有{a}{t},{m}又给了{he}{b}{t}。", "{n}有{a}{t},又[买了|找到|做了]{b}{t}。",
                    "{n}早上[买了|找到|做了]{a}{t},晚上又[买了|找到|做了]{b}{t}。", "{n}的[盒子|包|家]里有{a}{t},又放进{b}{t}。",
                ])
        }
    }

    /// In Chinese with the measure word.
    private static let things: [(english: String, chinese: String)] = [
        ("apples", "个苹果"), ("pears", "个梨"), ("eggs", "个鸡蛋"), ("books", "本书"), ("pens", "支笔"), ("cups", "个杯子"),
        ("balls", "个球"), ("flowers", "朵花"), ("stones", "块石头"), ("coins", "枚硬币"), ("cakes", "块蛋糕"),
        ("nuts", "颗坚果"), ("hats", "顶帽子"), ("kites", "只风筝"), ("stars", "颗星星"), ("fish", "条鱼"),
    ]
}
