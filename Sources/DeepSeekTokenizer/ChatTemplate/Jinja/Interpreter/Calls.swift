import OrderedCollections

/// Calls of functions, methods and macros.
extension Interpreter {
    func call(_ function: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        guard case .callable(let callable) = try function.defined() else {
            throw TemplateFault(.type, "'\(function.typeName)' cannot be called")
        }
        switch callable {
        case .function(let function): return try call(function, arguments)
        case .method(let method, let text): return try call(method, of: text, arguments)
        case .dictionaryMethod(let method, let mapping): return try call(method, of: mapping, arguments)
        case .sequenceMethod(let method, let value): return try call(method, of: value, arguments)
        case .macro(let index): return .text(try call(macros[index], arguments))
        case .cycle(let loop):
            guard !arguments.positional.isEmpty else { throw TemplateFault(.type, "loop.cycle needs values") }
            return arguments.positional[loop.index % arguments.positional.count]
        }
    }

    private func call(_ function: GlobalFunction, _ arguments: Arguments) throws(TemplateFault) -> Value {
        switch function {
        case .range:
            let values = try arguments.bound(to: ["start", "stop", "step"], required: 1, of: "range()")
            let numbers = try values.compactMap { $0 }.map { (value) throws(TemplateFault) in
                try value.integer("an argument of range()")
            }
            guard arguments.keywords.isEmpty else { throw TemplateFault(.type, "range() takes no keyword arguments") }
            let start = numbers.count > 1 ? numbers[0] : 0
            let stop = numbers.count > 1 ? numbers[1] : numbers[0]
            let range = try IntegerRange(start: start, stop: stop, step: numbers.count > 2 ? numbers[2] : 1)
            try budget.spend(range.count)
            return .range(range)
        case .dict: return .mapping(try dictionary(arguments, "dict()"))
        case .namespace:
            var attributes: [String: Value] = [:]
            for (key, value) in try dictionary(arguments, "namespace()").entries {
                guard case .text(let name) = key else { continue }
                try Self.checkNamespaceKey(name.string)
                attributes[name.string] = value
            }
            namespaces.append(attributes)
            return .namespace(namespaces.count - 1)
        case .raiseException:
            let message = try arguments.bound(to: ["message"], required: 1, of: "raise_exception()")[0] ?? .none
            throw TemplateFault(.raised, try string(message).string)
        case .formatNow:
            let format = try arguments.bound(to: ["format"], required: 1, of: "strftime_now()")[0] ?? .none
            return .text(formatNow(try format.text("the format of strftime_now()").string))
        }
    }

    private func dictionary(_ arguments: Arguments, _ function: String) throws(TemplateFault) -> Mapping {
        var entries: OrderedDictionary<Value, Value> = [:]
        guard arguments.positional.count <= 1 else {
            throw TemplateFault(.type, "\(function) takes at most one argument without a name")
        }
        if let source = arguments.positional.first {
            if case .mapping(let mapping) = source {
                entries = mapping.entries
            } else {
                for pair in try source.elements() {
                    let parts = try pair.elements()
                    guard parts.count == 2, parts[0].isHashable else {
                        throw TemplateFault(.type, "\(function) needs pairs of a key and a value")
                    }
                    entries[parts[0]] = parts[1]
                }
            }
        }
        for (name, value) in arguments.keywords { entries[.text(name)] = value }
        try budget.spend(entries.count)
        return try Mapping(entries)
    }

    // MARK: Macros

    private func call(_ macro: Macro, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let definition = macro.definition
        let inner = Scope(parent: macro.scope)
        try bind(arguments, to: definition, in: inner)
        return try captured { () throws(TemplateFault) in
            try withScope(inner) { () throws(TemplateFault) in
                for parameter in definition.parameters where inner.variables[parameter.name] == nil {
                    let missing = Value.undefined("the parameter '\(parameter.name)' was not given")
                    inner.variables[parameter.name] =
                        try parameter.fallback.map { (fallback) throws(TemplateFault) in
                            try evaluate(fallback)
                        } ?? missing
                }
                _ = try execute(definition.body)
            }
        }
    }

    private func bind(_ arguments: Arguments, to macro: MacroDefinition, in scope: Scope) throws(TemplateFault) {
        for (parameter, value) in zip(macro.parameters, arguments.positional) {
            scope.variables[parameter.name] = value
        }
        let extra = Array(arguments.positional.dropFirst(macro.parameters.count))
        guard extra.isEmpty || macro.takesExtraPositional else {
            throw TemplateFault(.type, "the macro '\(macro.name)' takes at most \(macro.parameters.count) arguments")
        }
        if macro.takesExtraPositional { scope.variables["varargs"] = try .tuple(extra) }
        var others: OrderedDictionary<Value, Value> = [:]
        if macro.takesCaller { scope.variables["caller"] = .undefined("the macro was not called by a call block") }
        for (name, value) in arguments.keywords {
            if let index = macro.parameters.firstIndex(where: { $0.name == name }) {
                guard index >= arguments.positional.count else {
                    throw TemplateFault(.type, "the macro '\(macro.name)' is given the argument '\(name)' twice")
                }
                scope.variables[name] = value
            } else if name == "caller", macro.takesCaller {
                scope.variables[name] = value
            } else if macro.takesExtraKeywords {
                others[.text(name)] = value
            } else {
                throw TemplateFault(.type, "the macro '\(macro.name)' takes no argument '\(name)'")
            }
        }
        if macro.takesExtraKeywords { scope.variables["kwargs"] = .mapping(try Mapping(others)) }
    }
}
