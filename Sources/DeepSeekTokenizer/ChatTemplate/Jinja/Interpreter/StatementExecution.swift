extension Interpreter {
    /// How a list of statements ended.
    enum Flow {
        case normal, breakLoop, continueLoop
    }

    func execute(_ body: [Statement]) throws(TemplateFault) -> Flow {
        for statement in body {
            let flow = try nested { () throws(TemplateFault) in try execute(statement) }
            if flow != .normal { return flow }
        }
        return .normal
    }

    private func execute(_ statement: Statement) throws(TemplateFault) -> Flow {
        line = statement.line
        switch statement.kind {
        case .data(let text): try write(text)
        case .output(let expression): try write(try string(try evaluate(expression)))
        case .conditional(let branches, let otherwise):
            for branch in branches where try evaluate(branch.condition).isTrue { return try execute(branch.body) }
            return try execute(otherwise)
        case .loop(let loop): return try execute(loop)
        case .assignment(let target, let value): try assign(try evaluate(value), to: target)
        case .blockAssignment(let target, let steps, let body):
            let text = try capturedBlock(body)
            try assign(try apply(steps, to: .text(text)), to: target)
        case .macro(let definition): scope.variables[definition.name] = define(definition)
        case .callBlock(let caller, let callee, let arguments):
            let function = try evaluate(callee)
            var values = try evaluate(arguments)
            values.keywords.append((name: "caller", value: define(caller)))
            line = statement.line
            try write(try string(try call(function, values)))
        case .filterBlock(let steps, let body):
            let text = try capturedBlock(body)
            try write(try string(try apply(steps, to: .text(text))))
        case .with(let bindings, let body):
            var values: [Value] = []
            for binding in bindings { values.append(try evaluate(binding.value)) }
            return try withScope(Scope(parent: scope)) { () throws(TemplateFault) in
                for (binding, value) in zip(bindings, values) { try assign(value, to: binding.target) }
                return try execute(body)
            }
        case .scope(let body):
            return try withScope(Scope(parent: scope)) { () throws(TemplateFault) in try execute(body) }
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        }
        return .normal
    }

    private func capturedBlock(_ body: [Statement]) throws(TemplateFault) -> Text {
        try captured { () throws(TemplateFault) in
            _ = try withScope(Scope(parent: scope)) { () throws(TemplateFault) in try execute(body) }
        }
    }

    private func define(_ definition: MacroDefinition) -> Value {
        macros.append(Macro(definition: definition, scope: scope))
        return .callable(.macro(macros.count - 1))
    }

    // MARK: Loops

    private func execute(_ loop: ForLoop) throws(TemplateFault) -> Flow {
        let line = line
        var items = try evaluate(loop.iterable).elements()
        try budget.spend(items.count)
        if let filter = loop.filter { items = try matching(items, loop, filter) }
        guard !items.isEmpty else {
            return try withScope(Scope(parent: scope)) { () throws(TemplateFault) in try execute(loop.otherwise) }
        }
        let state = try LoopState(items)
        let outer = scope
        for index in items.indices {
            state.index = index
            self.line = line
            let inner = Scope(parent: outer, variables: ["loop": .loop(state)])
            let flow = try withScope(inner) { () throws(TemplateFault) in
                try assign(items[index], to: loop.target)
                return try execute(loop.body)
            }
            if flow == .breakLoop { break }
        }
        return .normal
    }

    private func matching(
        _ items: [Value], _ loop: ForLoop, _ filter: Expression
    ) throws(TemplateFault) -> [Value] {
        var kept: [Value] = []
        for item in items {
            let isKept = try withScope(Scope(parent: scope)) { () throws(TemplateFault) in
                try assign(item, to: loop.target)
                return try evaluate(filter).isTrue
            }
            if isKept { kept.append(item) }
        }
        return kept
    }

    // MARK: Assignment

    func assign(_ value: Value, to target: AssignmentTarget) throws(TemplateFault) {
        switch target {
        case .name(let name): scope.variables[name] = value
        case .attribute(let name, let attribute):
            guard case .namespace(let index)? = scope.value(of: name) else {
                throw TemplateFault(
                    .type, "'\(name).\(attribute)' cannot be set: '\(name)' is no namespace; make one with namespace()")
            }
            try Self.checkNamespaceKey(attribute)
            namespaces[index][attribute] = value
        case .tuple(let parts):
            let values = try value.defined().elements()
            guard values.count == parts.count else {
                throw TemplateFault(.value, "\(values.count) values cannot be unpacked into \(parts.count) variables")
            }
            for (part, value) in zip(parts, values) { try assign(value, to: part) }
        }
    }

    static func checkNamespaceKey(_ name: String) throws(TemplateFault) {
        guard !name.hasPrefix("_") else {
            throw TemplateFault(.forbidden, "the attribute '\(name.prefix(80))' of a namespace starts with '_'")
        }
    }
}
