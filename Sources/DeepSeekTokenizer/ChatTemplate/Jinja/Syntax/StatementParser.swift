/// Text, output and `{% … %}` statements.
extension Parser {
    /// Statements up to one of the words in `ends`, whose opening tag is taken and which is returned. The template
    /// itself has no such word and goes to the end of the source.
    mutating func statements(
        until ends: Set<String>, of construct: String
    ) throws(TemplateFault) -> (body: [Statement], end: String) {
        var body: [Statement] = []
        try enter()
        while true {
            let line = line
            switch kind {
            case .data(let text):
                advance()
                body.append(Statement(kind: .data(text), line: line))
            case .variableBegin:
                advance()
                body.append(Statement(kind: .output(try tupleOrExpression()), line: line))
                guard kind == .variableEnd else { throw unexpected("'}}'") }
                advance()
            case .blockBegin:
                advance()
                let word = try expectName()
                if ends.contains(word) {
                    leave()
                    return (body, word)
                }
                if let kind = try statement(word) { body.append(Statement(kind: kind, line: line)) }
            case .end where ends.isEmpty:
                leave()
                return (body, "")
            case .end:
                let missing = ends.sorted().map { "'\($0)'" }.joined(separator: " or ")
                throw TemplateFault(.syntax, "the template ends inside a '\(construct)' block: \(missing) is missing")
            default: throw unexpected("text or a tag")
            }
        }
    }

    /// The body of a construct with one ending, through its last tag.
    private mutating func block(_ construct: String) throws(TemplateFault) -> [Statement] {
        try expectBlockEnd()
        let (body, _) = try statements(until: ["end\(construct)"], of: construct)
        try expectBlockEnd()
        return body
    }

    private mutating func statement(_ word: String) throws(TemplateFault) -> Statement.Kind? {
        switch word {
        case "if": return try conditional()
        case "for": return try loop()
        case "set": return try assignment()
        case "macro":
            let name = try expectName()
            return .macro(try macro(named: name, parameters: try parameters(), ending: "macro"))
        case "call": return try callBlock()
        case "filter":
            let steps = try filters(line)
            return .filterBlock(steps, try block("filter"))
        case "with": return try with()
        case "generation":
            // Its body is a function of its own in Python, so that a loop around it cannot be left from inside.
            return .scope(try withoutLoops { (parser) throws(TemplateFault) in try parser.block("generation") })
        case "break", "continue":
            guard loops > 0 else { throw TemplateFault(.syntax, "'\(word)' stands outside of a loop") }
            try expectBlockEnd()
            return word == "break" ? .breakLoop : .continueLoop
        case "include", "import", "from", "extends", "block", "autoescape", "do", "trans", "print", "debug":
            throw TemplateFault(.unsupported, "the statement '\(word)'")
        default: throw TemplateFault(.syntax, "there is no statement named '\(word.prefix(80))'")
        }
    }

    private mutating func conditional() throws(TemplateFault) -> Statement.Kind {
        var branches: [Statement.Branch] = []
        while true {
            let condition = try disjunction()
            try expectBlockEnd()
            let (body, end) = try statements(until: ["elif", "else", "endif"], of: "if")
            branches.append(Statement.Branch(condition: condition, body: body))
            guard end != "elif" else { continue }
            var otherwise: [Statement] = []
            if end == "else" {
                try expectBlockEnd()
                (otherwise, _) = try statements(until: ["endif"], of: "if")
            }
            try expectBlockEnd()
            return .conditional(branches, otherwise: otherwise)
        }
    }

    private mutating func loop() throws(TemplateFault) -> Statement.Kind {
        let target = try assignmentTarget(allowsNamespace: false)
        guard !target.binds("loop") else { throw TemplateFault(.syntax, "'loop' cannot be a variable of a loop") }
        try expect(word: "in")
        let iterable = try loopIterable()
        let filter = take(word: "if") ? try expression() : nil
        guard kind != .name("recursive") else { throw TemplateFault(.unsupported, "a recursive loop: use a macro") }
        try expectBlockEnd()
        loops += 1
        let (body, end) = try statements(until: ["else", "endfor"], of: "for")
        loops -= 1
        var otherwise: [Statement] = []
        if end == "else" {
            try expectBlockEnd()
            (otherwise, _) = try statements(until: ["endfor"], of: "for")
        }
        try expectBlockEnd()
        return .loop(ForLoop(target: target, iterable: iterable, filter: filter, body: body, otherwise: otherwise))
    }

    /// A tuple without parentheses may stand here, a conditional expression may not.
    private mutating func loopIterable() throws(TemplateFault) -> Expression {
        let line = line
        let first = try disjunction()
        guard kind == .symbol(.comma) else { return first }
        var items = [first]
        while take(.comma), kind != .blockEnd, kind != .name("if") { items.append(try disjunction()) }
        return Expression(kind: .tuple(items), line: line)
    }

    private mutating func assignment() throws(TemplateFault) -> Statement.Kind {
        let line = line
        let target = try assignmentTarget(allowsNamespace: true)
        if take(.assign) {
            let value = try tupleOrExpression()
            try expectBlockEnd()
            return .assignment(target, value)
        }
        let steps = kind == .symbol(.pipe) ? try filters(line) : []
        return .blockAssignment(target, steps, try block("set"))
    }

    private mutating func assignmentTarget(allowsNamespace: Bool) throws(TemplateFault) -> AssignmentTarget {
        let first = try singleTarget(allowsNamespace)
        guard kind == .symbol(.comma) else { return first }
        var parts = [first]
        while take(.comma) {
            if kind == .name("in") || kind == .symbol(.assign) || kind == .blockEnd { break }
            parts.append(try singleTarget(allowsNamespace))
        }
        return .tuple(parts)
    }

    private mutating func singleTarget(_ allowsNamespace: Bool) throws(TemplateFault) -> AssignmentTarget {
        if take(.leftParenthesis) {
            try enter()
            let inner = try assignmentTarget(allowsNamespace: false)
            leave()
            try expect(.rightParenthesis)
            return inner
        }
        let name = try expectName()
        guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
            throw TemplateFault(.syntax, "'\(name)' cannot be assigned to")
        }
        if allowsNamespace, take(.dot) { return .attribute(name, try expectName()) }
        return .name(name)
    }

    private mutating func filters(_ line: Int) throws(TemplateFault) -> [Step] {
        _ = take(.pipe)
        var steps = [try filter(line)]
        while let step = try filterStep() { steps.append(step) }
        return steps
    }

    private mutating func with() throws(TemplateFault) -> Statement.Kind {
        var bindings: [Statement.WithBinding] = []
        while kind != .blockEnd {
            if !bindings.isEmpty { try expect(.comma) }
            let target = try singleTarget(false)
            try expect(.assign)
            bindings.append(Statement.WithBinding(target: target, value: try expression()))
        }
        return .with(bindings, try block("with"))
    }

    // MARK: Macros

    private mutating func parameters() throws(TemplateFault) -> [MacroDefinition.Parameter] {
        var parameters: [MacroDefinition.Parameter] = []
        try expect(.leftParenthesis)
        while !take(.rightParenthesis) {
            if !parameters.isEmpty {
                try expect(.comma)
                if take(.rightParenthesis) { break }
            }
            let name = try expectName()
            guard !parameters.contains(where: { $0.name == name }) else {
                throw TemplateFault(.syntax, "the parameter '\(name.prefix(80))' occurs twice")
            }
            let fallback = take(.assign) ? try expression() : nil
            if fallback == nil, parameters.last?.fallback != nil {
                throw TemplateFault(
                    .syntax, "the parameter '\(name.prefix(80))' without a default follows one with a default")
            }
            parameters.append(MacroDefinition.Parameter(name: name, fallback: fallback))
        }
        return parameters
    }

    private mutating func macro(
        named name: String, parameters: [MacroDefinition.Parameter], ending: String
    ) throws(TemplateFault) -> MacroDefinition {
        // What the body reads is found by looking at the names that parsing it adds.
        let outer = names
        names = []
        let body = try withoutLoops { (parser) throws(TemplateFault) in try parser.block(ending) }
        let read = names
        names.formUnion(outer)
        return MacroDefinition(
            name: name, parameters: parameters, body: body, takesExtraPositional: read.contains("varargs"),
            takesExtraKeywords: read.contains("kwargs"), takesCaller: read.contains("caller"))
    }

    private mutating func callBlock() throws(TemplateFault) -> Statement.Kind {
        let signature = kind == .symbol(.leftParenthesis) ? try parameters() : []
        let call = try expression()
        guard case .chain(let base, var steps) = call.kind, case .call(let arguments)? = steps.popLast()?.kind else {
            throw TemplateFault(.syntax, "a call block needs a call")
        }
        let caller = try macro(named: "caller", parameters: signature, ending: "call")
        let callee = steps.isEmpty ? base : Expression(kind: .chain(base, steps), line: call.line)
        return .callBlock(caller, callee: callee, arguments)
    }

    private mutating func withoutLoops<Result>(
        _ parse: (inout Parser) throws(TemplateFault) -> Result
    ) throws(TemplateFault) -> Result {
        let outer = loops
        loops = 0
        let result = try parse(&self)
        loops = outer
        return result
    }
}
