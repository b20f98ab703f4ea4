/// What a network in training ends with.
package enum NetworkHead: Sendable, Hashable {
    /// The distribution of the next token.
    case tokens
    /// One number for a text: a reward model.
    case score

    /// The parameter of a reward model, named as Transformers names it.
    static let scoreWeight = "score.weight"
}
