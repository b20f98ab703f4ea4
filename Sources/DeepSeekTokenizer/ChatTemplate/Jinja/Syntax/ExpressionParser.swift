/// Expressions, by recursive descent: one function per precedence, from the weakest down.
extension Parser {
    /// An expression, or a tuple without parentheses.
    mutating func tupleOrExpression() throws(TemplateFault) -> Expression {
        let line = line
        let first = try expression()
        guard kind == .symbol(.comma) else { return first }
        var items = [first]
        while take(.comma) {
            if endsTuple { break }
            items.append(try expression())
        }
        return Expression(kind: .tuple(items), line: line)
    }

    private var endsTuple: Bool {
        switch kind {
        case .variableEnd, .blockEnd, .end, .symbol(.rightParenthesis): true
        default: false
        }
    }

    mutating func expression() throws(TemplateFault) -> Expression {
        try enter()
        var result = try disjunction()
        var nesting = 1
        while kind == .name("if") {
            let line = line
            advance()
            let condition = try disjunction()
            let otherwise = take(word: "else") ? try expression() : nil
            // `a if b if c` nests on the left, without recursion here.
            try enter()
            nesting += 1
            result = Expression(
                kind: .conditional(then: result, condition: condition, otherwise: otherwise), line: line)
        }
        for _ in 0..<nesting { leave() }
        return result
    }

    /// An expression that stops before `if`, for what a loop goes through.
    mutating func disjunction() throws(TemplateFault) -> Expression {
        let line = line
        var operands = [try conjunction()]
        while take(word: "or") { operands.append(try conjunction()) }
        return operands.count == 1 ? operands[0] : Expression(kind: .any(operands), line: line)
    }

    private mutating func conjunction() throws(TemplateFault) -> Expression {
        let line = line
        var operands = [try negation()]
        while take(word: "and") { operands.append(try negation()) }
        return operands.count == 1 ? operands[0] : Expression(kind: .all(operands), line: line)
    }

    private mutating func negation() throws(TemplateFault) -> Expression {
        let line = line
        guard take(word: "not") else { return try comparison() }
        try enter()
        let operand = try negation()
        leave()
        return Expression(kind: .not(operand), line: line)
    }

    private mutating func comparison() throws(TemplateFault) -> Expression {
        let line = line
        let first = try sum()
        var rest: [Expression.Comparand] = []
        while let sign = takeComparisonSign() {
            rest.append(Expression.Comparand(sign: sign, value: try sum()))
        }
        return rest.isEmpty ? first : Expression(kind: .comparison(first, rest), line: line)
    }

    private mutating func takeComparisonSign() -> ComparisonSign? {
        let sign: ComparisonSign
        switch kind {
        case .symbol(.equal): sign = .equal
        case .symbol(.notEqual): sign = .notEqual
        case .symbol(.less): sign = .less
        case .symbol(.lessOrEqual): sign = .lessOrEqual
        case .symbol(.greater): sign = .greater
        case .symbol(.greaterOrEqual): sign = .greaterOrEqual
        case .name("in"): sign = .isIn
        case .name("not") where following.kind == .name("in"):
            advance()
            sign = .isNotIn
        default: return nil
        }
        advance()
        return sign
    }

    private mutating func sum() throws(TemplateFault) -> Expression {
        let line = line
        let first = try concatenation()
        var rest: [Expression.Operand] = []
        while let sign = takeSign(.plus, .minus) { rest.append(.init(sign: sign, value: try concatenation())) }
        return rest.isEmpty ? first : Expression(kind: .arithmetic(first, rest), line: line)
    }

    private mutating func concatenation() throws(TemplateFault) -> Expression {
        let line = line
        var operands = [try product()]
        while take(.tilde) { operands.append(try product()) }
        return operands.count == 1 ? operands[0] : Expression(kind: .concatenation(operands), line: line)
    }

    private mutating func product() throws(TemplateFault) -> Expression {
        let line = line
        let first = try power()
        var rest: [Expression.Operand] = []
        while let sign = takeSign(.times, .divide, .floorDivide, .modulo) {
            rest.append(.init(sign: sign, value: try power()))
        }
        return rest.isEmpty ? first : Expression(kind: .arithmetic(first, rest), line: line)
    }

    private mutating func power() throws(TemplateFault) -> Expression {
        let line = line
        let first = try unary(withFilters: true)
        var rest: [Expression.Operand] = []
        while let sign = takeSign(.power) { rest.append(.init(sign: sign, value: try unary(withFilters: true))) }
        return rest.isEmpty ? first : Expression(kind: .arithmetic(first, rest), line: line)
    }

    private mutating func takeSign(_ signs: ArithmeticSign...) -> ArithmeticSign? {
        guard case .symbol(let symbol) = kind, let sign = ArithmeticSign(rawValue: symbol.rawValue),
            signs.contains(sign)
        else { return nil }
        advance()
        return sign
    }

    private mutating func unary(withFilters: Bool) throws(TemplateFault) -> Expression {
        let line = line
        let base: Expression
        if take(.minus) {
            try enter()
            base = Expression(kind: .negative(try unary(withFilters: false)), line: line)
            leave()
        } else if take(.plus) {
            try enter()
            base = Expression(kind: .positive(try unary(withFilters: false)), line: line)
            leave()
        } else {
            base = try primary()
        }
        var steps: [Step] = []
        while let step = try accessStep() { steps.append(step) }
        if withFilters {
            while let step = try filterStep() { steps.append(step) }
        }
        return steps.isEmpty ? base : Expression(kind: .chain(base, steps), line: line)
    }

    // MARK: Primary expressions

    mutating func primary() throws(TemplateFault) -> Expression {
        let line = line
        let kind: Expression.Kind
        switch current.kind {
        case .name(let name):
            advance()
            kind = named(name)
        case .string(var text):
            advance()
            while case .string(let more) = current.kind {
                text.append(more)
                advance()
            }
            kind = .text(text)
        case .integer(let value):
            advance()
            kind = .integer(value)
        case .double(let value):
            advance()
            kind = .double(value)
        case .symbol(.leftParenthesis): return try parenthesized()
        case .symbol(.leftBracket):
            advance()
            kind = .list(try items(until: .rightBracket))
        case .symbol(.leftBrace):
            advance()
            kind = .mapping(try pairs())
        default: throw unexpected("an expression")
        }
        return Expression(kind: kind, line: line)
    }

    private mutating func named(_ name: String) -> Expression.Kind {
        switch name {
        case "true", "True": return .bool(true)
        case "false", "False": return .bool(false)
        case "none", "None": return .none
        default:
            names.insert(name)
            return .name(name)
        }
    }

    private mutating func parenthesized() throws(TemplateFault) -> Expression {
        let line = line
        try enter()
        advance()
        let inner = take(.rightParenthesis) ? nil : try tupleOrExpression()
        if inner != nil { try expect(.rightParenthesis) }
        leave()
        return inner ?? Expression(kind: .tuple([]), line: line)
    }

    private mutating func items(until end: Token.Symbol) throws(TemplateFault) -> [Expression] {
        var items: [Expression] = []
        while !take(end) {
            if !items.isEmpty {
                try expect(.comma)
                if take(end) { break }
            }
            items.append(try expression())
        }
        return items
    }

    private mutating func pairs() throws(TemplateFault) -> [Expression.Pair] {
        var pairs: [Expression.Pair] = []
        while !take(.rightBrace) {
            if !pairs.isEmpty {
                try expect(.comma)
                if take(.rightBrace) { break }
            }
            let key = try expression()
            try expect(.colon)
            pairs.append(Expression.Pair(key: key, value: try expression()))
        }
        return pairs
    }
}
