extension Interpreter {
    func apply(_ filter: Filter, to value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        try budget.spend(value.extent.size)
        switch filter {
        case .capitalize, .center, .escape, .format, .indent, .lower, .replace, .safe, .string, .title, .tojson, .trim,
            .upper, .wordcount:
            return try applyTextFilter(filter, to: value, arguments)
        case .abs, .float, .int, .round: return try applyNumberFilter(filter, to: value, arguments)
        case .map, .select, .selectattr, .reject, .rejectattr: return try applySelection(filter, to: value, arguments)
        case .max, .min, .sort, .dictsort, .unique, .sum: return try applyOrdering(filter, to: value, arguments)
        case .default:
            let values = try arguments.bound(to: ["default_value", "boolean"], of: "default")
            let replaces = value.isUndefined || (values[1]?.isTrue ?? false) && !value.isTrue
            return replaces ? values[0] ?? .text(Text()) : value
        case .attr:
            let name = try arguments.bound(to: ["name"], required: 1, of: "attr")[0] ?? .none
            // Unlike `value.name`, this does not look for members.
            if case .mapping(let mapping) = value, let method = DictionaryMethod(rawValue: try string(name).string) {
                return .callable(.dictionaryMethod(method, of: mapping))
            }
            if case .mapping = value {
                return .undefined("'dict' has no attribute '\(try string(name).string.prefix(80))'")
            }
            return try attribute(try string(name).string, of: value)
        case .length:
            try arguments.none(of: "length")
            return .integer(try value.length())
        case .list:
            try arguments.none(of: "list")
            return try .list(try value.elements())
        case .items:
            try arguments.none(of: "items")
            if value.isUndefined { return try .stream([]) }
            guard case .mapping(let mapping) = value else {
                throw TemplateFault(.type, "items needs a dict, not '\(value.typeName)'")
            }
            return try .stream(try mapping.pairs())
        case .first:
            try arguments.none(of: "first")
            if case .stream(let stream) = value {
                return stream.takeFirst() ?? .undefined("an empty sequence has no first")
            }
            return try value.elements().first ?? .undefined("an empty sequence has no first")
        case .last:
            try arguments.none(of: "last")
            if case .stream = value { throw TemplateFault(.type, "last needs a list: add '|list' before it") }
            return try value.elements().last ?? .undefined("an empty sequence has no last")
        case .reverse:
            try arguments.none(of: "reverse")
            if case .text(let text) = value {
                var reversed = Text()
                for character in text.characters.reversed() { reversed.append(character) }
                return .text(reversed)
            }
            return .stream(try ElementStream("list_reverseiterator", try value.elements().reversed()))
        case .join: return .text(try join(value, arguments))
        case .batch: return try batch(value, arguments)
        case .slice: return try slice(value, arguments)
        }
    }

    private func join(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let values = try arguments.bound(to: ["d", "attribute"], of: "join")
        let separator = try string(values[0] ?? .text(Text()))
        var result = Text()
        for (index, item) in try value.elements().enumerated() {
            let part = try string(try self.value(item, at: values[1]))
            try budget.spend(bytes: separator.count + part.count)
            if index > 0 { result.append(separator) }
            result.append(part)
            try budget.check(bytes: result.count)
        }
        return result
    }

    /// What the `attribute` argument of many filters selects: `a.b.0`, an index, or the item itself without one.
    /// A default stands in for every part that is undefined.
    func value(_ item: Value, at path: Value?, default fallback: Value = .none) throws(TemplateFault) -> Value {
        guard let path, path != .none else { return item }
        let parts =
            path.asInteger != nil
            ? [path]
            : try path.text("the attribute").split(by: ".", limit: .max).map { part in
                PythonNumber.integer(part).map(Value.integer) ?? .text(part)
            }
        var result = item
        for part in parts {
            try budget.spend()
            result = try self.item(part, of: result)
            if result.isUndefined, fallback != .none { result = fallback }
        }
        return result
    }

    private func batch(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["linecount", "fill_with"], required: 1, of: "batch")
        let count = try (values[0] ?? .none).integer("the count of batch")
        guard count > 0 else { throw TemplateFault(.value, "batch needs a positive count") }
        let items = try value.elements()
        var batches: [Value] = []
        for start in stride(from: 0, to: items.count, by: count) {
            var batch = Array(items[start..<min(items.count - start, count).advanced(by: start)])
            if let filler = values[1], filler != .none, batch.count < count {
                try budget.spend(bytes: 64, times: count - batch.count)
                batch += Array(repeating: filler, count: count - batch.count)
            }
            batches.append(try .list(batch))
        }
        return try .stream(batches)
    }

    private func slice(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["slices", "fill_with"], required: 1, of: "slice")
        let count = try (values[0] ?? .none).integer("the count of slice")
        guard count > 0 else { throw TemplateFault(.value, "slice needs a positive count") }
        try budget.spend(bytes: 64, times: count)
        let items = try value.elements()
        let (size, larger) = items.count.quotientAndRemainder(dividingBy: count)
        var slices: [Value] = []
        var start = 0
        for index in 0..<count {
            let end = start + size + (index < larger ? 1 : 0)
            var part = Array(items[start..<end])
            if let filler = values[1], filler != .none, index >= larger, larger > 0 { part.append(filler) }
            slices.append(try .list(part))
            start = end
        }
        return try .stream(slices)
    }
}
