/// The parts that grammars of JSON share, as rules that are written once and when needed.
///
/// White space is bounded, so that nobody can write blanks for ever: between two tokens a blank, or a line break and an
/// indentation of at most 32 blanks or 8 tabs. Numbers have at most 15 digits before and after the point, and two of
/// exponent: what every reader can hold.
struct JSONGrammar {
    private static let character =
        #"[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u(?:[0-9a-ce-fA-CE-F][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2}"#
        + #"|[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}))"#

    let space: Grammar
    let string: Grammar
    let number: Grammar
    let integer: Grammar
    private let scalar: Grammar
    private var value: Grammar?
    private var object: Grammar?
    private var array: Grammar?

    init(_ book: inout GrammarBook) {
        space = book.add(Self.pattern(#"(?: |\r?\n(?: {0,32}|\t{0,8}))?"#))
        scalar = book.add(Self.pattern(Self.character))
        string = book.add(.sequence([.text("\""), .repetition(scalar, minimum: 0, maximum: nil), .text("\"")]))
        number = book.add(Self.pattern(#"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?(?:[eE][+-]?\d{1,2})?"#))
        integer = book.add(Self.pattern(#"0|-?[1-9]\d{0,14}"#))
    }

    private static func pattern(_ pattern: String) -> Grammar {
        do {
            return .graph(try ScalarGraph(pattern: pattern), .text)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// A string of so many scalars.
    func string(_ minimum: Int, _ maximum: Int?) -> Grammar {
        .sequence([.text("\""), .repetition(scalar, minimum: minimum, maximum: maximum), .text("\"")])
    }

    /// A string whose text an automaton accepts.
    func string(_ graph: ScalarGraph) -> Grammar { .sequence([.text("\""), .graph(graph, .jsonString), .text("\"")]) }

    // MARK: Containers

    func member(_ name: String, _ value: Grammar) -> Grammar {
        .sequence([.literal(JSONText.quoted(name)), space, .text(":"), space, value])
    }

    func member(named name: Grammar, _ value: Grammar) -> Grammar {
        .sequence([name, space, .text(":"), space, value])
    }

    /// - Parameter rest: further members, as many as the writer likes.
    func object(_ members: [Grammar.Member], rest: Grammar? = nil) -> Grammar {
        enclosed("{", .list(members, rest: rest, separator: separator), "}")
    }

    /// An array of these elements.
    func array(_ elements: [Grammar]) -> Grammar {
        let members = elements.map { Grammar.Member(grammar: $0, isRequired: true) }
        return enclosed("[", .list(members, rest: nil, separator: separator), "]")
    }

    func array(_ item: Grammar, minimum: Int, maximum: Int?) -> Grammar {
        enclosed("[", .repetition(item, minimum: minimum, maximum: maximum, separator: separator), "]")
    }

    private func enclosed(_ opening: String, _ content: Grammar, _ closing: String) -> Grammar {
        .sequence([.text(opening), space, content, space, .text(closing)])
    }

    private var separator: Grammar { .sequence([space, .text(","), space]) }

    // MARK: Anything

    mutating func anyValue(_ book: inout GrammarBook) -> Grammar {
        if let value { return value }
        let (value, object, array) = (book.reserve(), book.reserve(), book.reserve())
        self.value = .rule(value)
        self.object = .rule(object)
        self.array = .rule(array)
        book.define(object, self.object([], rest: member(named: string, .rule(value))))
        book.define(array, self.array(.rule(value), minimum: 0, maximum: nil))
        book.define(
            value, .choice([.rule(object), .rule(array), string, number, .text("true"), .text("false"), .text("null")]))
        return .rule(value)
    }

    mutating func anyObject(_ book: inout GrammarBook) -> Grammar {
        let value = anyValue(&book)
        return object ?? value
    }

    mutating func anyArray(_ book: inout GrammarBook) -> Grammar {
        let value = anyValue(&book)
        return array ?? value
    }
}
