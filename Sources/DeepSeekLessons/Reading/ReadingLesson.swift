/// A short text, and a question that it answers.
enum ReadingLesson {
    /// What the text tells of one person.
    private struct Fact {
        let name: String
        let thing: String
        let colour: String
        let place: String
    }

    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let count = random.number(2...3)
        let names = random.pick(count, of: language.choose(Names.english, Names.chinese)).map(\.name)
        let things = random.pick(count, of: WordTable.things).map { $0.word(language) }
        let colours = random.pick(count, of: WordTable.colours).map { $0.word(language) }
        let places = random.pick(count, of: WordTable.places).map { $0.word(language) }
        let facts = (0..<count).map {
            Fact(name: names[$0], thing: things[$0], colour: colours[$0], place: places[$0])
        }
        let text = facts.map { fact in
            Phrase.expand(
                language.choose(
                    "[{n} has a {c} {t} and is in the {p}.|{n} is in the {p} with a {c} {t}.|In the {p}, {n} [holds|finds|sees] a {c} {t}.]",
                    "[{n}有{m}{c}的{t},在{p}里。|{n}在{p}里,拿着{m}{c}的{t}。|在{p}里,{n}[找到|看见]{m}{c}的{t}。]"),
                ["n": fact.name, "c": fact.colour, "t": fact.thing, "p": fact.place, "m": "一个"], &random)
        }.joined(separator: language.choose(" ", ""))
        let asked = random.pick(facts)
        let slots = ["n": asked.name, "c": asked.colour, "t": asked.thing, "p": asked.place]
        let forms = forms(asked, facts.map { [$0.name, $0.place, $0.colour, $0.thing] }, language)
        let form = random.pick(forms)
        let question = text + language.choose(" ", "") + Phrase.expand(form.question, slots, &random)
        return Lesson(
            .reading, language, key: question, truth: form.truth, question: question,
            answer: Phrase.expand(form.answer, slots, &random))
    }

    private static func forms(
        _ asked: Fact, _ all: [[String]], _ language: LessonLanguage
    ) -> [(question: String, answer: String, truth: Lesson.Truth)] {
        let right = [asked.name, asked.place, asked.colour, asked.thing]
        func truth(_ column: Int) -> Lesson.Truth {
            .word(right[column], not: all.map { $0[column] }.filter { $0 != right[column] })
        }
        return language.choose(
            [
                ("Where is {n}?", "{n} is in the {p}.", truth(1)),
                ("Who is in the {p}?", "{n} is in the {p}.", truth(0)),
                ("What colour is the {t}?", "The {t} is {c}.", truth(2)),
                ("What does {n} have?", "{n} has a {c} {t}.", truth(3)),
                ("Who has the {t}?", "{n} has the {t}.", truth(0)),
            ],
            [
                ("{n}在哪里?", "{n}在{p}里。", truth(1)), ("谁在{p}里?", "{n}在{p}里。", truth(0)),
                ("{t}是什么颜色的?", "{t}是{c}的。", truth(2)), ("{n}有什么?", "{n}有一个{c}的{t}。", truth(3)),
                ("谁有{t}?", "{n}有{t}。", truth(0)),
            ])
    }
}
