/// A piece of a template's source.
struct Token: Sendable {
    enum Kind: Sendable, Hashable {
        /// Text between tags, white space control already applied.
        case data(Text)
        case variableBegin
        case variableEnd
        case blockBegin
        case blockEnd
        case name(String)
        case string(Text)
        case integer(Int)
        case double(Double)
        case symbol(Symbol)
        case end
    }

    enum Symbol: String, Sendable, CaseIterable {
        case floorDivide = "//", power = "**", equal = "==", notEqual = "!=", lessOrEqual = "<=", greaterOrEqual = ">="
        case plus = "+", minus = "-", divide = "/", times = "*", modulo = "%", tilde = "~", less = "<", greater = ">"
        case assign = "=", dot = ".", colon = ":", pipe = "|", comma = ",", semicolon = ";"
        case leftBracket = "[", rightBracket = "]", leftParenthesis = "(", rightParenthesis = ")"
        case leftBrace = "{", rightBrace = "}"
    }

    let kind: Kind
    /// From 1.
    let line: Int

    var description: String {
        switch kind {
        case .data: "text"
        case .variableBegin: "'{{'"
        case .variableEnd: "'}}'"
        case .blockBegin: "'{%'"
        case .blockEnd: "'%}'"
        case .name(let name): "'\(name.prefix(80))'"
        case .string: "a string"
        case .integer, .double: "a number"
        case .symbol(let symbol): "'\(symbol.rawValue)'"
        case .end: "the end of the template"
        }
    }
}
