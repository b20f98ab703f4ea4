/// A language over bytes: what regular expressions, schemas, choices and calls are compiled to.
indirect enum Grammar: Sendable {
    case empty
    /// No text at all.
    case nothing
    case literal([UInt8])
    case oneOf([[UInt8]])
    case graph(ScalarGraph, ScalarEncoding)
    case sequence([Grammar])
    case choice([Grammar])
    /// `maximum` nil: without end.
    case repetition(Grammar, minimum: Int, maximum: Int?, separator: Grammar = .empty)
    /// These in this order, those that are not required perhaps left out, then any number of `rest`.
    case list([Member], rest: Grammar?, separator: Grammar)
    /// By its number in the ``GrammarBook``.
    case rule(Int)

    struct Member: Sendable {
        var grammar: Grammar
        var isRequired: Bool
    }

    static func text(_ text: String) -> Grammar { .literal(Array(text.utf8)) }
}
