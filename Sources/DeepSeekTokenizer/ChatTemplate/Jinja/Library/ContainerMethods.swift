/// The methods of Python's `dict` that the sandbox allows.
enum DictionaryMethod: String {
    case copy, get, items, keys, values

    static let forbidden: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]
}

/// The methods of Python's `list`, `tuple` and `range` that the sandbox allows.
enum SequenceMethod: String {
    case copy, count, index

    static let forbidden: Set<String> = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
}

extension Mapping {
    /// Tuples of a key and a value.
    func pairs() throws(TemplateFault) -> [Value] {
        try entries.map { (key, value) throws(TemplateFault) in try .tuple([key, value]) }
    }
}

extension Interpreter {
    func call(_ method: DictionaryMethod, of mapping: Mapping, _ arguments: Arguments) throws(TemplateFault) -> Value {
        if method == .get {
            guard arguments.keywords.isEmpty else { throw TemplateFault(.type, "get takes no keyword arguments") }
            let values = try arguments.bound(to: ["key", "default"], required: 1, of: "get")
            guard let key = values[0], key.isHashable else { throw TemplateFault(.type, "get needs a key") }
            return mapping.entries[key] ?? values[1] ?? .none
        }
        try arguments.none(of: method.rawValue)
        try budget.spend(mapping.entries.count)
        switch method {
        case .items: return .view("dict_items", try Elements(try mapping.pairs()))
        case .keys: return .view("dict_keys", try Elements(Array(mapping.entries.keys)))
        case .values: return .view("dict_values", try Elements(Array(mapping.entries.values)))
        default: return .mapping(mapping)
        }
    }

    func call(_ method: SequenceMethod, of value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        try budget.spend(value.extent.size)
        if method == .copy {
            try arguments.none(of: "copy")
            return value
        }
        let wanted = try arguments.bound(to: ["value"], required: 1, of: method.rawValue)[0] ?? .none
        let items = try value.elements()
        if method == .count { return .integer(items.count { $0 == wanted }) }
        guard let index = items.firstIndex(of: wanted) else {
            throw TemplateFault(.value, "index does not find the value")
        }
        return .integer(index)
    }
}
