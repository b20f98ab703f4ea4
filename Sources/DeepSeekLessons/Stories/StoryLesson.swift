/// A story in a controlled vocabulary: one of ``StoryPlot`` with its people and things.
enum StoryLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let plots = StoryPlot.all(language)
        let number = random.index(plots.count)
        let plot = plots[number]
        let heroes = StoryHero.pick(2, language, &random)
        let slots = slots(heroes[0], heroes[1], language, &random)
        let opening = Phrase.expand(
            language.choose(
                "[Once upon a time there was|There once was|Long ago there lived] {i}{w}. ",
                "[从前有|很久以前,有|在一个小村子里,有]{i}。"), slots, &random)
        let story =
            opening
            + plot.sentences.map { Phrase.expand($0, slots, &random) }.joined(separator: language.choose(" ", ""))
        let question = Phrase.expand(
            language.choose(
                "[Tell me a story.|[Tell me|Please tell me|Write|Can you tell me] a [story|short story] about [{about}|{n}|{theme}|{theme}].|I want to hear a story about {about}.]",
                "[讲一个故事。|[给我讲|请讲|写]一个[关于|]{about}的[小|]故事。|讲一个[关于|]{n}的故事。|[请讲|给我讲|写]一个关于{theme}的故事。|给我讲个故事吧。]"),
            slots.merging(["theme": plot.theme]) { $1 }, &random)
        return Lesson(
            .story, language, key: "story \(number) \(heroes[0].name) \(slots["p"] ?? "") \(heroes[1].name)",
            turns: [Lesson.Turn(question: question, answer: story)])
    }

    private static func slots(
        _ hero: StoryHero, _ friend: StoryHero, _ language: LessonLanguage, _ random: inout LessonRandom
    ) -> [String: String] {
        let colour = random.pick(WordTable.colours).word(language)
        let toy = random.pick(
            language.choose(
                ["ball", "kite", "doll", "drum", "boat", "hat", "bell", "book"],
                ["球", "风筝", "娃娃", "小鼓", "小船", "帽子", "铃", "书包"]))
        let animal = random.pick(
            language.choose(
                ["sparrow", "kitten", "puppy", "hedgehog", "squirrel", "lamb"],
                ["小麻雀", "小花猫", "小黄狗", "小刺猬", "小松鼠", "小羊"]))
        let place = random.pick(
            language.choose(
                ["garden", "park", "forest", "village", "market"], ["花园", "公园", "树林", "村子", "农场"]))
        let food = random.pick(
            language.choose(
                ["cake", "bread", "melon", "pie", "honey cake"], ["蛋糕", "面包", "西瓜", "饼", "苹果"]))
        return [
            "n": hero.name, "he": hero.he, "He": hero.he.capitalized, "his": hero.his, "His": hero.his.capitalized,
            "him": hero.him, "i": hero.introduction, "about": hero.kind,
            "f": friend.name,
            "F": language.choose("\(hero.his.capitalized) friend \(friend.name)", "\(hero.his)朋友\(friend.name)"),
            "fhe": friend.he, "t": language.choose("\(colour) \(toy)", "\(colour)的\(toy)"), "p": place, "a": animal,
            "d": food, "c": colour,
            "w": language.choose(random.pick([" who lived in a small house", " who lived near a river", "", ""]), ""),
        ]
    }
}
