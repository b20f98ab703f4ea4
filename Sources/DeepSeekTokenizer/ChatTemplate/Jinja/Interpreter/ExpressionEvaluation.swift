import OrderedCollections

extension Interpreter {
    func evaluate(_ expression: Expression) throws(TemplateFault) -> Value {
        line = expression.line
        return try nested { () throws(TemplateFault) in try value(of: expression) }
    }

    private func value(of expression: Expression) throws(TemplateFault) -> Value {
        switch expression.kind {
        case .none: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .double(let value): return .double(value)
        case .text(let text): return .text(text)
        case .name(let name): return try variable(name)
        case .list(let items): return try .list(try evaluate(items))
        case .tuple(let items): return try .tuple(try evaluate(items))
        case .mapping(let pairs): return try mapping(pairs)
        case .chain(let base, let steps): return try apply(steps, to: try evaluate(base))
        case .arithmetic(let first, let operands): return try arithmetic(first, operands)
        case .concatenation(let operands):
            var text = Text()
            for operand in operands {
                let part = try string(try evaluate(operand))
                try budget.spend(copying: part.count)
                try budget.check(bytes: text.count + part.count)
                text.append(part)
            }
            return .text(text)
        case .comparison(let first, let comparands): return try comparison(first, comparands)
        case .all(let operands): return try firstDeciding(operands, decidesOn: false)
        case .any(let operands): return try firstDeciding(operands, decidesOn: true)
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .negative(let operand): return try Arithmetic.negative(try evaluate(operand))
        case .positive(let operand): return try Arithmetic.positive(try evaluate(operand))
        case .conditional(let then, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(then) }
            guard let otherwise else { return .undefined("the inline if on line \(expression.line) has no else") }
            return try evaluate(otherwise)
        }
    }

    private func evaluate(_ items: [Expression]) throws(TemplateFault) -> [Value] {
        var values: [Value] = []
        for item in items { values.append(try evaluate(item)) }
        return values
    }

    func evaluate(_ arguments: CallArguments) throws(TemplateFault) -> Arguments {
        var values = Arguments(positional: try evaluate(arguments.positional))
        for keyword in arguments.keywords {
            values.keywords.append((name: keyword.name, value: try evaluate(keyword.value)))
        }
        return values
    }

    private func variable(_ name: String) throws(TemplateFault) -> Value {
        if let value = scope.value(of: name) { return value }
        guard !["cycler", "joiner", "lipsum"].contains(name) else {
            throw TemplateFault(.unsupported, "the function '\(name)'")
        }
        return .undefined("'\(name.prefix(80))' is undefined")
    }

    private func mapping(_ pairs: [Expression.Pair]) throws(TemplateFault) -> Value {
        var entries: OrderedDictionary<Value, Value> = [:]
        for pair in pairs {
            let key = try evaluate(pair.key)
            guard key.isHashable else { throw TemplateFault(.type, "a '\(key.typeName)' cannot be a key") }
            entries[key] = try evaluate(pair.value)
        }
        return .mapping(try Mapping(entries))
    }

    private func firstDeciding(_ operands: [Expression], decidesOn truth: Bool) throws(TemplateFault) -> Value {
        var result = Value.none
        for operand in operands {
            result = try evaluate(operand)
            if result.isTrue == truth { break }
        }
        return result
    }

    private func arithmetic(
        _ first: Expression, _ operands: [Expression.Operand]
    ) throws(TemplateFault) -> Value {
        var result = try evaluate(first)
        for operand in operands {
            let right = try evaluate(operand.value)
            line = operand.value.line
            result = try Arithmetic.apply(operand.sign, result, right, &budget)
        }
        return result
    }

    private func comparison(
        _ first: Expression, _ comparands: [Expression.Comparand]
    ) throws(TemplateFault) -> Value {
        var left = try evaluate(first)
        for comparand in comparands {
            let right = try evaluate(comparand.value)
            line = comparand.value.line
            guard try compare(left, comparand.sign, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }

    func compare(_ left: Value, _ sign: ComparisonSign, _ right: Value) throws(TemplateFault) -> Bool {
        try budget.spend(left.extent.size + right.extent.size)
        switch sign {
        case .equal: return left == right
        case .notEqual: return left != right
        case .less: return try Value.isLess(left, right)
        case .greater: return try Value.isLess(right, left)
        // A number that is not one makes all of these false, so they are not each other's negations.
        case .lessOrEqual: return try Value.isLess(left, right) || left == right
        case .greaterOrEqual: return try Value.isLess(right, left) || left == right
        case .isIn: return try right.contains(left)
        case .isNotIn: return !(try right.contains(left))
        }
    }
}
