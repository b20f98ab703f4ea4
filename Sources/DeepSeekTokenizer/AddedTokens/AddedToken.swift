/// A token that is found in the text as it stands, before the text is cut into words.
struct AddedToken: Sendable {
    let content: String
    let id: TokenID
    /// Has a meaning beyond its text: the end of a turn, say.
    let isSpecial: Bool
    /// Found only where no letter, digit or underscore touches it.
    let isSingleWord: Bool
    /// Takes the white space before it along.
    let stripsLeft: Bool
    /// Takes the white space after it along.
    let stripsRight: Bool
    /// Looked for in the normalised text instead of the original.
    let isNormalized: Bool
}
