/// Python's `format.format(…)` with `{}`, `{0}` and `{name}`.
struct BraceFormat {
    static func format(_ format: Text, with arguments: Arguments, _ budget: inout Budget) throws(TemplateFault) -> Text
    {
        var result = Text()
        var place = 0
        var next = 0
        let bytes = format.bytes
        while place < bytes.count {
            let byte = bytes[place]
            guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
                let end = bytes[place...].firstIndex { "{}".utf8.contains($0) } ?? bytes.count
                result.append(format, place..<end)
                place = end
                continue
            }
            if place + 1 < bytes.count, bytes[place + 1] == byte {
                result.append(format, place..<(place + 1))
                place += 2
                continue
            }
            guard byte == UInt8(ascii: "{"), let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")) else {
                throw TemplateFault(.value, "a format has a single '\(UnicodeScalar(byte))'")
            }
            let field = format[(place + 1)..<end].string
            result.append(try ValueText.string(try value(field, arguments, &next), &budget))
            try budget.check(bytes: result.count)
            place = end + 1
        }
        return result
    }

    private static func value(
        _ field: String, _ arguments: Arguments, _ next: inout Int
    ) throws(TemplateFault) -> Value {
        guard !field.contains(where: { ":!.[".contains($0) }) else {
            throw TemplateFault(.unsupported, "the field '{\(field.prefix(40))}' in a format")
        }
        var index = Int(field)
        if field.isEmpty {
            index = next
            next += 1
        }
        if let index {
            guard arguments.positional.indices.contains(index) else {
                throw TemplateFault(.value, "a format has no value number \(index)")
            }
            return arguments.positional[index]
        }
        guard let keyword = arguments.keywords.first(where: { $0.name == field }) else {
            throw TemplateFault(.value, "a format has no value named '\(field.prefix(40))'")
        }
        return keyword.value
    }
}
