/// Equality, hashing and order with Python's semantics: `1 == 1.0 == True`, a list is no tuple, order within one kind.
extension Value: Hashable {
    static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): true
        case (.text(let a), .text(let b)): a == b
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): a.items == b.items
        case (.mapping(let a), .mapping(let b)):
            a.entries.count == b.entries.count && a.entries.allSatisfy { b.entries[$0.key] == $0.value }
        case (.range(let a), .range(let b)): a.values == b.values
        case (.namespace(let a), .namespace(let b)): a == b
        case (.stream(let a), .stream(let b)): a === b
        case (.loop(let a), .loop(let b)): a === b
        case (.view(let a, let x), .view(let b, let y)): a == b && Set(x.items) == Set(y.items)
        case (.callable(.macro(let a)), .callable(.macro(let b))): a == b
        case (.callable(.function(let a)), .callable(.function(let b))): a == b
        default: numbersAreEqual(left, right)
        }
    }

    private static func numbersAreEqual(_ left: Value, _ right: Value) -> Bool {
        if let a = left.asInteger, let b = right.asInteger { return a == b }
        guard let a = left.asDouble, let b = right.asDouble else { return false }
        // An integer that a double cannot hold equals no double.
        if let integer = left.asInteger { return Int(exactly: b) == integer }
        if let integer = right.asInteger { return Int(exactly: a) == integer }
        return a == b
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .text(let text): hasher.combine(text)
        case .tuple(let elements), .list(let elements): for item in elements.items { item.hash(into: &hasher) }
        case .double(let value):
            if let integer = Int(exactly: value) { hasher.combine(integer) } else { hasher.combine(value) }
        case .bool, .integer: hasher.combine(asInteger ?? 0)
        default: break
        }
    }

    /// Whether Python lets it be a key.
    var isHashable: Bool {
        switch self {
        case .list, .mapping, .view, .namespace: false
        case .tuple(let elements): elements.items.allSatisfy(\.isHashable)
        default: true
        }
    }

    /// Python's `<`.
    static func isLess(_ left: Value, _ right: Value) throws(TemplateFault) -> Bool {
        switch (left, right) {
        case (.text(let a), .text(let b)): return a < b
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            for (x, y) in zip(a.items, b.items) where x != y { return try isLess(x, y) }
            return a.items.count < b.items.count
        default:
            _ = try left.defined()
            _ = try right.defined()
            if let a = left.asInteger, let b = right.asInteger { return a < b }
            if let a = left.asDouble, let b = right.asDouble { return a < b }
            throw TemplateFault(.type, "'\(left.typeName)' and '\(right.typeName)' cannot be ordered")
        }
    }

    /// Python's `in`.
    func contains(_ member: Value) throws(TemplateFault) -> Bool {
        switch self {
        case .text(let text):
            guard case .text(let part) = member else {
                throw TemplateFault(.type, "'in <string>' needs a string on the left, not '\(member.typeName)'")
            }
            return text.contains(part)
        case .mapping(let mapping):
            guard member.isHashable else { throw TemplateFault(.type, "'\(member.typeName)' cannot be a key") }
            return mapping.entries[member] != nil
        default: return try elements().contains(member)
        }
    }
}
