/// What follows a value: attributes, subscripts, calls, filters and tests.
extension Parser {
    mutating func accessStep() throws(TemplateFault) -> Step? {
        let line = line
        switch kind {
        case .symbol(.dot):
            advance()
            if case .integer(let index) = kind {
                advance()
                return Step(kind: .item(Expression(kind: .integer(index), line: line)), line: line)
            }
            return Step(kind: .attribute(try expectName()), line: line)
        case .symbol(.leftBracket):
            advance()
            let step = try subscripted()
            guard kind != .symbol(.comma) else {
                throw TemplateFault(.unsupported, "a subscript with several indices")
            }
            try expect(.rightBracket)
            return Step(kind: step, line: line)
        case .symbol(.leftParenthesis): return Step(kind: .call(try callArguments()), line: line)
        default: return nil
        }
    }

    private mutating func subscripted() throws(TemplateFault) -> Step.Kind {
        let from = kind == .symbol(.colon) ? nil : try expression()
        guard take(.colon) else {
            guard let from else { throw unexpected("an index") }
            return .item(from)
        }
        var to: Expression?
        var by: Expression?
        if kind != .symbol(.colon), kind != .symbol(.rightBracket) { to = try expression() }
        if take(.colon), kind != .symbol(.rightBracket) { by = try expression() }
        return .slice(from: from, to: to, by: by)
    }

    mutating func filterStep() throws(TemplateFault) -> Step? {
        let line = line
        if take(.pipe) { return try filter(line) }
        if take(word: "is") { return try test(line) }
        if kind == .symbol(.leftParenthesis) { return Step(kind: .call(try callArguments()), line: line) }
        return nil
    }

    /// A filter, the `|` before which is taken.
    mutating func filter(_ line: Int) throws(TemplateFault) -> Step {
        let name = try dottedName()
        guard let filter = Filter(name: name) else {
            throw TemplateFault(.unsupported, "there is no filter named '\(name.prefix(80))' here")
        }
        let arguments = kind == .symbol(.leftParenthesis) ? try callArguments() : CallArguments()
        return Step(kind: .filter(filter, arguments), line: line)
    }

    private mutating func test(_ line: Int) throws(TemplateFault) -> Step {
        let isNegated = take(word: "not")
        let name = try dottedName()
        guard let test = TemplateTest(name: name) else {
            throw TemplateFault(.unsupported, "there is no test named '\(name.prefix(80))' here")
        }
        var arguments = CallArguments()
        if kind == .symbol(.leftParenthesis) {
            arguments = try callArguments()
        } else if startsTestArgument {
            arguments.positional = [try testArgument()]
        }
        return Step(kind: .test(test, arguments, isNegated: isNegated), line: line)
    }

    /// `x is divisibleby 3`: one argument without parentheses.
    private var startsTestArgument: Bool {
        switch kind {
        case .name("else"), .name("or"), .name("and"): false
        case .name, .string, .integer, .double, .symbol(.leftBracket), .symbol(.leftBrace): true
        default: false
        }
    }

    private mutating func testArgument() throws(TemplateFault) -> Expression {
        guard kind != .name("is") else { throw TemplateFault(.syntax, "tests cannot be chained with 'is'") }
        let line = line
        try enter()
        let base = try primary()
        var steps: [Step] = []
        while let step = try accessStep() { steps.append(step) }
        leave()
        return steps.isEmpty ? base : Expression(kind: .chain(base, steps), line: line)
    }

    private mutating func dottedName() throws(TemplateFault) -> String {
        var name = try expectName()
        while take(.dot) { name += "." + (try expectName()) }
        return name
    }

    mutating func callArguments() throws(TemplateFault) -> CallArguments {
        try enter()
        try expect(.leftParenthesis)
        var arguments = CallArguments()
        var isFirst = true
        while !take(.rightParenthesis) {
            if !isFirst {
                try expect(.comma)
                if take(.rightParenthesis) { break }
            }
            isFirst = false
            if kind == .symbol(.times) || kind == .symbol(.power) {
                throw TemplateFault(.unsupported, "arguments unpacked with '*' or '**': write them out")
            }
            if case .name(let name) = kind, following.kind == .symbol(.assign) {
                guard !arguments.keywords.contains(where: { $0.name == name }) else {
                    throw TemplateFault(.syntax, "the argument '\(name.prefix(80))' is given twice")
                }
                advance()
                advance()
                arguments.keywords.append(CallArguments.Keyword(name: name, value: try expression()))
            } else {
                guard arguments.keywords.isEmpty else {
                    throw TemplateFault(.syntax, "a positional argument stands after a keyword argument")
                }
                arguments.positional.append(try expression())
            }
        }
        leave()
        return arguments
    }
}
