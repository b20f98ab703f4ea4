/// The `tojson` filter as Transformers defines it: Python's `json.dumps`, and no escaping of HTML.
///
/// Punctuation around content is content, for the reason given at ``ValueText``.
struct JSONText {
    struct Style {
        var indentation: Text?
        var itemSeparator: Text
        var keySeparator: Text
        var escapesNonASCII = false
        var sortsKeys = false
    }

    private let style: Style
    private let structure: Origin
    private var text = Text()

    static func write(_ value: Value, _ style: Style, _ budget: inout Budget) throws(TemplateFault) -> Text {
        var writer = JSONText(style: style, structure: value.extent.origin)
        try writer.write(value, 0, &budget)
        return writer.text
    }

    private init(style: Style, structure: Origin) {
        self.style = style
        self.structure = structure
    }

    private mutating func write(_ string: String) { text.append(string, structure) }

    /// Punctuation that the template chose, next to content.
    private mutating func write(_ separator: Text) {
        text.append(separator.string, separator.origin.combined(with: structure))
    }

    private mutating func write(_ value: Value, _ level: Int, _ budget: inout Budget) throws(TemplateFault) {
        try budget.spend()
        switch value {
        case .none: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .integer(let value): write(String(value))
        case .double(let value): write(Self.number(value))
        case .text(let value): try quote(value, &budget)
        case .list(let elements), .tuple(let elements):
            let items = elements.items
            try writeContainer("[", items.count, "]", level, &budget) { (writer, index, budget) throws(TemplateFault) in
                try writer.write(items[index], level + 1, &budget)
            }
        case .mapping(let mapping):
            var members = Array(mapping.entries)
            if style.sortsKeys { try PythonSort.sort(&members, by: \.key) }
            try writeContainer("{", members.count, "}", level, &budget) {
                (writer, index, budget) throws(TemplateFault) in
                try writer.writeKey(members[index].key, &budget)
                writer.write(writer.style.keySeparator)
                try writer.write(members[index].value, level + 1, &budget)
            }
        case .undefined(let reason): throw TemplateFault(.undefined, "tojson of an undefined value: \(reason)")
        default: throw TemplateFault(.type, "a \(value.typeName) cannot be written as JSON")
        }
    }

    private mutating func writeContainer(
        _ open: String, _ count: Int, _ close: String, _ level: Int, _ budget: inout Budget,
        _ element: (inout JSONText, Int, inout Budget) throws(TemplateFault) -> Void
    ) throws(TemplateFault) {
        write(open)
        for index in 0..<count {
            if index > 0 { write(style.itemSeparator) }
            try breakLine(level + 1, &budget)
            try element(&self, index, &budget)
        }
        if count > 0 { try breakLine(level, &budget) }
        write(close)
    }

    private mutating func breakLine(_ level: Int, _ budget: inout Budget) throws(TemplateFault) {
        guard let indentation = style.indentation else { return }
        try budget.spend(bytes: indentation.count, times: level)
        write("\n")
        for _ in 0..<level { write(indentation) }
        try budget.check(bytes: text.count)
    }

    private mutating func writeKey(_ key: Value, _ budget: inout Budget) throws(TemplateFault) {
        switch key {
        case .text(let text): try quote(text, &budget)
        case .none: write("\"null\"")
        case .bool(let value): write(value ? "\"true\"" : "\"false\"")
        case .integer(let value): write("\"\(value)\"")
        case .double(let value): write("\"\(Self.number(value))\"")
        default: throw TemplateFault(.type, "a \(key.typeName) cannot be a key in JSON")
        }
    }

    private static func number(_ value: Double) -> String {
        value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : PythonNumber.text(value)
    }

    private mutating func quote(_ value: Text, _ budget: inout Budget) throws(TemplateFault) {
        try budget.spend(bytes: value.count)
        try budget.check(bytes: text.count + value.count)
        write("\"")
        for piece in value.pieces {
            for scalar in piece.scalars { text.append(escaped(scalar), piece.origin) }
        }
        write("\"")
    }

    private func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        case "\u{8}": return "\\b"
        case "\u{C}": return "\\f"
        default:
            guard scalar.value < 0x20 || style.escapesNonASCII && scalar.value > 0x7E else { return String(scalar) }
            return UTF16.encode(scalar)?.map { "\\u" + PythonNumber.hexadecimal(UInt32($0), digits: 4) }.joined() ?? ""
        }
    }
}
