/// A short conversation: greetings, who the model is, how one feels, what one likes, thanks and goodbye.
enum TalkLesson {
    static func make(_ language: LessonLanguage, _ random: inout LessonRandom) -> Lesson {
        let topics = language.choose(TalkTopic.english, TalkTopic.chinese)
        var chosen = random.pick(random.number(1...3), of: topics.filter { $0.place == .middle })
        if random.chance(0.5), let first = topics.first(where: { $0.place == .first }) { chosen.insert(first, at: 0) }
        if random.chance(0.3), let last = topics.first(where: { $0.place == .last }) { chosen.append(last) }
        let name = random.pick(language.choose(Names.english, Names.chinese)).name
        let slots = [
            "n": name,
            "animal": random.pick(WordTable.animals.filter { !irregular.contains($0.english) }).word(language),
            "food": random.pick(WordTable.foods).word(language),
            "colour": random.pick(WordTable.colours).word(language),
            "action": random.pick(TalkTopic.hobbies(language)),
        ]
        let turns = chosen.map { topic in
            let (question, answer) = random.pick(topic.exchanges)
            return Lesson.Turn(
                question: tidied(Phrase.expand(question, slots, &random), language, capitalizes: false),
                answer: tidied(Phrase.expand(answer, slots, &random), language, capitalizes: true))
        }
        return Lesson(.talk, language, key: "talk \(turns)", turns: turns)
    }

    /// Without what an empty choice leaves behind, and with a capital where a slot begins an English sentence.
    private static func tidied(_ text: String, _ language: LessonLanguage, capitalizes: Bool) -> String {
        let text = text.hasSuffix(" ") ? String(text.dropLast()) : text
        guard capitalizes, language == .english else { return text }
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    /// Of no plural with s.
    private static let irregular: Set<String> = ["fish", "sheep", "mouse"]
}
