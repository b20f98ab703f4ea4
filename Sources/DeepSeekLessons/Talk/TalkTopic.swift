/// What is said in a conversation, and what is answered, as patterns for ``Phrase``. Slots: `n` the other's name,
/// `animal`, `food`, `colour`, `action`.
struct TalkTopic {
    /// Where in a conversation it can stand.
    enum Place { case first, middle, last }

    let place: Place
    let exchanges: [(question: String, answer: String)]

    static func hobbies(_ language: LessonLanguage) -> [String] {
        language.choose(
            ["reading", "swimming", "singing", "drawing", "running", "cooking", "playing ball"],
            ["读书", "游泳", "唱歌", "画画", "跑步", "做饭", "玩球"])
    }
}
