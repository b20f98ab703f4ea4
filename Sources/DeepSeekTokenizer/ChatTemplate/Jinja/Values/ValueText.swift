/// Python's `str` and `repr` of values.
///
/// Brackets and quotes around content are content too: text that the template did not write must not be taken apart
/// into pieces that it did.
struct ValueText {
    private var text = Text()
    private let structure: Origin

    /// What `{{ value }}` prints.
    static func string(_ value: Value, _ budget: inout Budget) throws(TemplateFault) -> Text {
        switch value {
        case .text(let text): return text
        case .undefined: return Text()
        default: return try representation(value, &budget)
        }
    }

    static func representation(_ value: Value, _ budget: inout Budget) throws(TemplateFault) -> Text {
        var writer = ValueText(structure: value.extent.origin)
        try writer.write(value, &budget)
        return writer.text
    }

    private init(structure: Origin) { self.structure = structure }

    private mutating func write(_ string: String) { text.append(string, structure) }

    private mutating func write(_ value: Value, _ budget: inout Budget) throws(TemplateFault) {
        try budget.spend()
        switch value {
        case .undefined: write("Undefined")
        case .none: write("None")
        case .bool(let value): write(value ? "True" : "False")
        case .integer(let value): write(String(value))
        case .double(let value): write(PythonNumber.text(value))
        case .text(let value):
            try budget.spend(bytes: value.count)
            try budget.check(bytes: text.count + value.count)
            quote(value)
        case .list(let elements): try write("[", elements.items, "]", &budget)
        case .tuple(let elements): try write("(", elements.items, elements.items.count == 1 ? ",)" : ")", &budget)
        case .view(let name, let elements): try write("\(name)([", elements.items, "])", &budget)
        case .mapping(let mapping):
            write("{")
            var isFirst = true
            for (key, value) in mapping.entries {
                if !isFirst { write(", ") }
                isFirst = false
                try write(key, &budget)
                write(": ")
                try write(value, &budget)
            }
            write("}")
        case .range(let range):
            write("range(\(range.start), \(range.stop)" + (range.step == 1 ? ")" : ", \(range.step))"))
        case .stream, .namespace, .loop, .callable:
            // Python prints the address of the object: no template can mean that.
            throw TemplateFault(
                .unsupported, "a \(value.typeName) cannot be printed; did you forget '|list' or a call?")
        }
    }

    private mutating func write(
        _ open: String, _ items: [Value], _ close: String, _ budget: inout Budget
    ) throws(TemplateFault) {
        write(open)
        for (index, item) in items.enumerated() {
            if index > 0 { write(", ") }
            try write(item, &budget)
        }
        write(close)
    }

    private mutating func quote(_ value: Text) {
        let quote: Unicode.Scalar = value.bytes.contains(0x27) && !value.bytes.contains(0x22) ? "\"" : "'"
        text.append(quote, structure)
        for piece in value.pieces {
            for scalar in piece.scalars { text.append(Self.escaped(scalar, quote), piece.origin) }
        }
        text.append(quote, structure)
    }

    private static func escaped(_ scalar: Unicode.Scalar, _ quote: Unicode.Scalar) -> String {
        switch scalar {
        case quote, "\\": return "\\" + String(scalar)
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            if isPrintable(scalar) { return String(scalar) }
            let (letter, digits) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
            return "\\" + letter + PythonNumber.hexadecimal(scalar.value, digits: digits)
        }
    }

    /// Python's `str.isprintable` for one code point.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
