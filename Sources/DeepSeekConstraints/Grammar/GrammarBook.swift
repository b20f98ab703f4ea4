/// The rules that grammars refer to; a rule may refer to itself. The first is where a text begins.
struct GrammarBook: Sendable {
    private(set) var rules: [Grammar] = [.nothing]

    /// A number for a rule that is defined later.
    mutating func reserve() -> Int {
        rules.append(.nothing)
        return rules.count - 1
    }

    mutating func define(_ rule: Int, _ grammar: Grammar) { rules[rule] = grammar }

    mutating func defineStart(_ grammar: Grammar) { rules[0] = grammar }

    /// A reference to a new rule: a grammar that is written once, however often it is used.
    mutating func add(_ grammar: Grammar) -> Grammar {
        rules.append(grammar)
        return .rule(rules.count - 1)
    }
}
