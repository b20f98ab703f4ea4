extension JSONValue {
    /// The text of the value: compact by default, or with two spaces of indentation per level.
    ///
    /// Numbers that JSON cannot express (infinities, not-a-number) are written as `null`, as JavaScript does.
    public func serialized(pretty: Bool = false) -> String {
        var text = ""
        write(into: &text, indentation: pretty ? 0 : nil)
        return text
    }

    private func write(into text: inout String, indentation: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .string(let value): Self.write(value, into: &text)
        case .array(let elements):
            Self.writeContainer("[", "]", count: elements.count, into: &text, indentation: indentation) {
                text, index, inner in
                elements[index].write(into: &text, indentation: inner)
            }
        case .object(let members):
            Self.writeContainer("{", "}", count: members.count, into: &text, indentation: indentation) {
                text, index, inner in
                let (key, value) = members[index]
                Self.write(key, into: &text)
                text += inner == nil ? ":" : ": "
                value.write(into: &text, indentation: inner)
            }
        }
    }

    private static func writeContainer(
        _ open: String, _ close: String, count: Int, into text: inout String, indentation: Int?,
        element: (inout String, Int, Int?) -> Void
    ) {
        text += open
        let inner = indentation.map { $0 + 1 }
        for index in 0..<count {
            if index > 0 { text += "," }
            if let inner { text += "\n" + String(repeating: "  ", count: inner) }
            element(&text, index, inner)
        }
        if let indentation, count > 0 { text += "\n" + String(repeating: "  ", count: indentation) }
        text += close
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
