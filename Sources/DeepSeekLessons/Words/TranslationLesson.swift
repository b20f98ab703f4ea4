/// A word in the other language.
enum TranslationLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let word = random.pick(WordTable.all)
        let slots = ["e": word.english, "z": word.chinese]
        let isToChinese = random.chance(0.5)
        let pattern =
            isToChinese
            ? language.choose(
                "[What is \"{e}\" in Chinese?|Translate into Chinese: {e}|How do you say {e} in Chinese?|Translate \"{e}\".]",
                "[\"{e}\"用中文怎么说?|翻译成中文:{e}|{e}是什么意思?|翻译:{e}]")
            : language.choose(
                "[What does {z} mean?|Translate into English: {z}|What is {z} in English?]",
                "[\"{z}\"用英语怎么说?|翻译成英语:{z}|{z}的英语是什么?|翻译:{z}]")
        let answer = isToChinese ? word.chinese : word.english
        return Lesson(
            .translation, language, key: nil, truth: .text(answer), question: Phrase.expand(pattern, slots, &random),
            answer: answer)
    }
}
