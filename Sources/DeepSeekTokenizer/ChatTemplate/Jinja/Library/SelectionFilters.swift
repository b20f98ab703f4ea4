extension Interpreter {
    /// `map`, `select` and their kin: what they take and give is a sequence.
    func applySelection(_ filter: Filter, to value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let items = try value.elements()
        if filter == .map { return try map(items, arguments) }
        var rest = arguments
        var path: Value?
        if filter == .selectattr || filter == .rejectattr {
            guard !rest.positional.isEmpty else { throw TemplateFault(.type, "\(filter.rawValue) needs an attribute") }
            path = rest.positional.removeFirst()
        }
        var test: TemplateTest?
        if !rest.positional.isEmpty {
            let name = try rest.positional.removeFirst().text("the name of a test").string
            guard let named = TemplateTest(name: name) else {
                throw TemplateFault(.unsupported, "there is no test named '\(name.prefix(80))' here")
            }
            test = named
        }
        let keeps = filter == .select || filter == .selectattr
        var kept: [Value] = []
        for item in items {
            try budget.spend()
            let subject = try self.value(item, at: path)
            let holds = try test.map { (test) throws(TemplateFault) in try self.holds(test, for: subject, rest) }
            if (holds ?? subject.isTrue) == keeps { kept.append(item) }
        }
        return try .stream(kept)
    }

    private func map(_ items: [Value], _ arguments: Arguments) throws(TemplateFault) -> Value {
        var results: [Value] = []
        if arguments.positional.isEmpty, arguments.keywords.contains(where: { $0.name == "attribute" }) {
            let values = try arguments.bound(to: ["attribute", "default"], of: "map")
            for item in items { results.append(try value(item, at: values[0], default: values[1] ?? .none)) }
            return try .stream(results)
        }
        var rest = arguments
        guard !rest.positional.isEmpty else {
            throw TemplateFault(.type, "map needs the name of a filter or an attribute")
        }
        let name = try rest.positional.removeFirst().text("the name of a filter").string
        guard let filter = Filter(name: name) else {
            throw TemplateFault(.unsupported, "there is no filter named '\(name.prefix(80))' here")
        }
        for item in items {
            results.append(try nested { () throws(TemplateFault) in try apply(filter, to: item, rest) })
        }
        return try .stream(results)
    }

    // MARK: Order

    func applyOrdering(_ filter: Filter, to value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        switch filter {
        case .sum:
            let values = try arguments.bound(to: ["attribute", "start"], of: "sum")
            var total = values[1] ?? .integer(0)
            for item in try value.elements() {
                total = try Arithmetic.apply(.plus, total, try self.value(item, at: values[0]), &budget)
            }
            return total
        case .dictsort: return try dictsort(value, arguments)
        case .sort:
            let values = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: "sort")
            var keyed = try self.keyed(try value.elements(), values[2], values[1])
            try PythonSort.sort(&keyed, by: \.key, reversed: values[0]?.isTrue ?? false)
            return try .list(keyed.map(\.item))
        case .unique:
            let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
            var seen: Set<Value> = []
            var kept: [Value] = []
            for (key, item) in try keyed(try value.elements(), values[1], values[0]) {
                guard key.isHashable else { throw TemplateFault(.type, "unique does not work on a '\(key.typeName)'") }
                if seen.insert(key).inserted { kept.append(item) }
            }
            return try .stream(kept)
        default:
            let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: filter.rawValue)
            let keyed = try self.keyed(try value.elements(), values[1], values[0])
            guard var best = keyed.first else { return .undefined("an empty sequence has no \(filter.rawValue)") }
            for candidate in keyed.dropFirst() {
                let isBetter =
                    try filter == .min
                    ? Value.isLess(candidate.key, best.key) : Value.isLess(best.key, candidate.key)
                if isBetter { best = candidate }
            }
            return best.item
        }
    }

    private func keyed(
        _ items: [Value], _ path: Value?, _ isCaseSensitive: Value?
    ) throws(TemplateFault) -> [(key: Value, item: Value)] {
        var keyed: [(key: Value, item: Value)] = []
        for item in items {
            let key = try value(item, at: path)
            keyed.append((isCaseSensitive?.isTrue ?? false ? key : key.lowercased, item))
        }
        return keyed
    }

    private func dictsort(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
        guard case .mapping(let mapping) = try value.defined() else {
            throw TemplateFault(.type, "dictsort needs a dict, not '\(value.typeName)'")
        }
        let by = try values[1]?.text("what dictsort sorts by").string ?? "key"
        guard by == "key" || by == "value" else { throw TemplateFault(.value, "dictsort sorts by 'key' or 'value'") }
        let isCaseSensitive = values[0]?.isTrue ?? false
        var pairs = try mapping.entries.map { (key, value) throws(TemplateFault) in
            let order = by == "key" ? key : value
            return (order: isCaseSensitive ? order : order.lowercased, pair: try Value.tuple([key, value]))
        }
        try PythonSort.sort(&pairs, by: \.order, reversed: values[2]?.isTrue ?? false)
        return try .list(pairs.map(\.pair))
    }
}

extension Value {
    fileprivate var lowercased: Value { if case .text(let text) = self { .text(text.lowercased) } else { self } }
}
