/// Attributes, subscripts and slices.
extension Interpreter {
    func apply(_ steps: [Step], to base: Value) throws(TemplateFault) -> Value {
        var value = base
        for step in steps {
            try budget.spend()
            value = try apply(step, to: value)
        }
        return value
    }

    private func apply(_ step: Step, to value: Value) throws(TemplateFault) -> Value {
        switch step.kind {
        case .attribute(let name):
            line = step.line
            return try attribute(name, of: value)
        case .item(let index):
            let index = try evaluate(index)
            line = step.line
            return try item(index, of: value)
        case .slice(let from, let to, let by):
            let from = try from.map { (part) throws(TemplateFault) in try evaluate(part) }
            let to = try to.map { (part) throws(TemplateFault) in try evaluate(part) }
            let by = try by.map { (part) throws(TemplateFault) in try evaluate(part) }
            line = step.line
            return try slice(value, from, to, by)
        case .call(let arguments):
            let arguments = try evaluate(arguments)
            line = step.line
            return try call(value, arguments)
        case .filter(let filter, let arguments):
            let arguments = try evaluate(arguments)
            line = step.line
            return try apply(filter, to: value, arguments)
        case .test(let test, let arguments, let isNegated):
            let arguments = try evaluate(arguments)
            line = step.line
            return .bool(try holds(test, for: value, arguments) != isNegated)
        }
    }

    /// `value.name`: a method or attribute first, then a member.
    func attribute(_ name: String, of value: Value) throws(TemplateFault) -> Value {
        if let attribute = try builtIn(name, of: try value.defined()) { return attribute }
        if case .mapping(let mapping) = value, let member = mapping.entries[.text(name)] { return member }
        return .undefined("'\(value.typeName)' has no attribute '\(name.prefix(80))'")
    }

    /// `value[key]`: a member first, then a method or attribute.
    func item(_ key: Value, of value: Value) throws(TemplateFault) -> Value {
        let value = try value.defined()
        if case .text(let text) = value { try budget.spend(bytes: text.count) }
        if case .mapping(let mapping) = value {
            if key.isHashable, let member = mapping.entries[key] { return member }
        } else if let index = key.asInteger, let element = element(index, of: value) {
            return element
        }
        if case .text(let name) = key, let attribute = try builtIn(name.string, of: value) { return attribute }
        let described = try ValueText.representation(key.isUndefined ? .none : key, &budget).string
        return .undefined("'\(value.typeName)' has no element \(described.prefix(80))")
    }

    private func element(_ index: Int, of value: Value) -> Value? {
        switch value {
        case .list(let elements), .tuple(let elements):
            let place = index < 0 ? index + elements.items.count : index
            return elements.items.indices.contains(place) ? elements.items[place] : nil
        case .range(let range):
            let place = index < 0 ? index + range.count : index
            return (0..<range.count).contains(place) ? .integer(range.value(at: place)) : nil
        case .text(let text):
            if index >= text.count { return nil }
            let offsets = text.scalarOffsets
            let place = index < 0 ? index + offsets.count - 1 : index
            return (0..<(offsets.count - 1)).contains(place) ? .text(text[offsets[place]..<offsets[place + 1]]) : nil
        default: return nil
        }
    }

    private func builtIn(_ name: String, of value: Value) throws(TemplateFault) -> Value? {
        switch value {
        case .text(let text):
            if let method = StringMethod(rawValue: name) { return .callable(.method(method, of: text)) }
            if StringMethod.unsupported.contains(name) {
                throw TemplateFault(.unsupported, "the string method '\(name)'")
            }
        case .mapping(let mapping):
            if let method = DictionaryMethod(rawValue: name) {
                return .callable(.dictionaryMethod(method, of: mapping))
            }
            if DictionaryMethod.forbidden.contains(name) { return Self.forbidden(name, value) }
        case .list:
            if let method = SequenceMethod(rawValue: name) { return .callable(.sequenceMethod(method, of: value)) }
            if SequenceMethod.forbidden.contains(name) { return Self.forbidden(name, value) }
        case .tuple, .range:
            if let method = SequenceMethod(rawValue: name), method != .copy {
                return .callable(.sequenceMethod(method, of: value))
            }
        case .namespace(let index): return namespaces[index][name]
        case .loop(let loop): return loop.attribute(name)
        default: break
        }
        return nil
    }

    /// The sandbox gives an undefined value, which fails when it is called.
    private static func forbidden(_ name: String, _ value: Value) -> Value {
        .undefined(
            "the sandbox forbids '\(name)', which changes a \(value.typeName): make a new one instead, with '+' or set")
    }

    // MARK: Slices

    private func slice(_ value: Value, _ from: Value?, _ to: Value?, _ by: Value?) throws(TemplateFault) -> Value {
        let bounds = try [from, to, by].map { (part) throws(TemplateFault) -> Int? in
            guard let part, part != .none else { return nil }
            return try part.integer("a slice's bound")
        }
        try budget.spend(value.extent.size)
        switch try value.defined() {
        case .text(let text):
            let offsets = text.scalarOffsets
            let indices = try Self.indices(bounds, count: offsets.count - 1)
            if bounds[2] ?? 1 == 1 {
                guard let first = indices.first, let last = indices.last else { return .text(Text()) }
                return .text(text[offsets[first]..<offsets[last + 1]])
            }
            var result = Text()
            for index in indices { result.append(text, offsets[index]..<offsets[index + 1]) }
            return .text(result)
        case .list(let elements):
            return try .list(try Self.indices(bounds, count: elements.items.count).map { elements.items[$0] })
        case .tuple(let elements):
            return try .tuple(try Self.indices(bounds, count: elements.items.count).map { elements.items[$0] })
        case .range(let range):
            return try .list(try Self.indices(bounds, count: range.count).map { .integer(range.value(at: $0)) })
        default: throw TemplateFault(.type, "a '\(value.typeName)' cannot be sliced")
        }
    }

    /// The indices that Python's `slice(from, to, by)` selects of so many elements.
    private static func indices(_ bounds: [Int?], count: Int) throws(TemplateFault) -> [Int] {
        let step = bounds[2] ?? 1
        guard step != 0 else { throw TemplateFault(.value, "the step of a slice is zero") }
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? count : count - 1
        func clamped(_ bound: Int) -> Int {
            let index = bound < 0 ? bound + count : bound
            return min(max(index, lowest), highest)
        }
        let from = bounds[0].map(clamped) ?? (step > 0 ? 0 : count - 1)
        let to = bounds[1].map(clamped) ?? (step > 0 ? count : -1)
        return Array(stride(from: from, to: to, by: step))
    }
}
