/// What happens in a story: sentences in order, from a cause to an end, as patterns for ``Phrase``.
///
/// Slots: `n` the hero, `f` the friend, `F` how the friend is brought in, `he He his him`, and the same of the friend with
/// `f` before; `t` a toy with its colour, `p` a place, `a` a small animal, `d` something to eat.
struct StoryPlot {
    /// What it is about, as a request names it.
    let theme: String
    let sentences: [String]

    static func all(_ language: LessonLanguage) -> [StoryPlot] { language.choose(english, chinese) }
}
