/// Builds the tree of a template out of its tokens: what is common to statements and expressions.
struct Parser {
    private let tokens: [Token]
    private var index = 0
    private var depth = 0
    /// Loops around the statement being parsed, within the same macro.
    var loops = 0
    /// The names that have been read so far.
    var names: Set<String> = []

    init(_ tokens: [Token]) { self.tokens = tokens }

    /// The statements of a template and the names of the variables it reads anywhere.
    static func parse(_ source: String) throws(LocatedFault) -> (body: [Statement], names: Set<String>) {
        var parser = Parser(try Lexer.tokens(of: source))
        do throws(TemplateFault) {
            return (try parser.template(), parser.names)
        } catch {
            throw LocatedFault(fault: error, line: parser.line)
        }
    }

    private mutating func template() throws(TemplateFault) -> [Statement] {
        let (body, _) = try statements(until: [], of: "template")
        return body
    }

    // MARK: Tokens

    var kind: Token.Kind { current.kind }
    var line: Int { current.line }

    /// The lexer puts `.end` last and nothing moves past it, so the index is always inside.
    var current: Token { tokens[min(index, tokens.count - 1)] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }

    mutating func advance() { index = min(index + 1, tokens.count - 1) }

    mutating func take(_ symbol: Token.Symbol) -> Bool {
        guard kind == .symbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func take(word: String) -> Bool {
        guard kind == .name(word) else { return false }
        advance()
        return true
    }

    mutating func expect(_ symbol: Token.Symbol) throws(TemplateFault) {
        guard take(symbol) else { throw unexpected("'\(symbol.rawValue)'") }
    }

    mutating func expect(word: String) throws(TemplateFault) {
        guard take(word: word) else { throw unexpected("'\(word)'") }
    }

    mutating func expectName() throws(TemplateFault) -> String {
        guard case .name(let name) = kind else { throw unexpected("a name") }
        advance()
        return name
    }

    mutating func expectBlockEnd() throws(TemplateFault) {
        guard kind == .blockEnd else { throw unexpected("'%}'") }
        advance()
    }

    func unexpected(_ expected: String) -> TemplateFault {
        TemplateFault(.syntax, "expected \(expected), not \(current.description)")
    }

    /// Counts one level of nesting: recursion here, in the interpreter and when the tree is freed is as deep as this.
    mutating func enter() throws(TemplateFault) {
        depth += 1
        guard depth <= TemplateLimits.sourceDepth else {
            throw TemplateFault(.limit, "expressions or blocks are nested more than \(TemplateLimits.sourceDepth) deep")
        }
    }

    mutating func leave() { depth -= 1 }
}
