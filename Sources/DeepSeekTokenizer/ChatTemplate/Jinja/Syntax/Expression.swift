/// An expression of the tree that a template is compiled to.
struct Expression: Sendable {
    indirect enum Kind: Sendable {
        case none
        case bool(Bool)
        case integer(Int)
        case double(Double)
        case text(Text)
        case name(String)
        case list([Expression])
        case tuple([Expression])
        case mapping([Pair])
        /// A value and what is done to it, from left to right: `a.b[0]|trim is string`.
        case chain(Expression, [Step])
        /// Operators of one precedence, from left to right.
        case arithmetic(Expression, [Operand])
        case concatenation([Expression])
        /// `a < b <= c`.
        case comparison(Expression, [Comparand])
        case all([Expression])
        case any([Expression])
        case not(Expression)
        case negative(Expression)
        case positive(Expression)
        case conditional(then: Expression, condition: Expression, otherwise: Expression?)
    }

    struct Pair: Sendable {
        let key: Expression
        let value: Expression
    }

    struct Operand: Sendable {
        let sign: ArithmeticSign
        let value: Expression
    }

    struct Comparand: Sendable {
        let sign: ComparisonSign
        let value: Expression
    }

    let kind: Kind
    let line: Int
}

enum ArithmeticSign: String, Sendable {
    case plus = "+", minus = "-", times = "*", divide = "/", floorDivide = "//", modulo = "%", power = "**"
}

enum ComparisonSign: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, isIn, isNotIn
}

/// One step of a ``Expression/Kind/chain(_:_:)``.
struct Step: Sendable {
    enum Kind: Sendable {
        case attribute(String)
        case item(Expression)
        case slice(from: Expression?, to: Expression?, by: Expression?)
        case call(CallArguments)
        case filter(Filter, CallArguments)
        case test(TemplateTest, CallArguments, isNegated: Bool)
    }

    let kind: Kind
    let line: Int
}

struct CallArguments: Sendable {
    struct Keyword: Sendable {
        let name: String
        let value: Expression
    }

    var positional: [Expression] = []
    var keywords: [Keyword] = []
}
