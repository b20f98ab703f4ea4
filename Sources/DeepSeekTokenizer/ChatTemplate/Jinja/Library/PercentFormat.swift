/// Python's `format % values`, with the conversions `%s %r %d %i %f %x %%`, widths, precisions and the flags `-` and `0`.
struct PercentFormat {
    private struct Conversion {
        var isLeftAligned = false
        var fillsWithZeros = false
        var width = 0
        var precision: Int?
    }

    static func format(_ format: Text, with value: Value, _ budget: inout Budget) throws(TemplateFault) -> Text {
        var values = [value]
        if case .tuple(let elements) = value { values = elements.items }
        var remaining = values[...]
        var result = Text()
        var start = 0
        while let percent = format.find("%", from: start) {
            result.append(format, start..<percent)
            var place = percent + 1
            let conversion = try conversion(format.bytes, &place)
            guard place < format.count else { throw TemplateFault(.value, "a format ends inside a conversion") }
            let letter = format.bytes[place]
            start = place + 1
            if letter == UInt8(ascii: "%") {
                result.append(format, place..<start)
                continue
            }
            guard let value = remaining.popFirst() else { throw TemplateFault(.type, "a format has too few values") }
            result.append(try converted(value, letter, conversion, &budget))
            try budget.check(bytes: result.count)
        }
        result.append(format, start..<format.count)
        // A mapping may be left over, since names could have picked from it.
        if case .mapping = value { return result }
        guard remaining.isEmpty else { throw TemplateFault(.type, "a format has too many values") }
        return result
    }

    private static func conversion(_ bytes: [UInt8], _ place: inout Int) throws(TemplateFault) -> Conversion {
        var conversion = Conversion()
        while place < bytes.count, "-0 +#(".utf8.contains(bytes[place]) {
            switch bytes[place] {
            case UInt8(ascii: "-"): conversion.isLeftAligned = true
            case UInt8(ascii: "0"): conversion.fillsWithZeros = true
            default:
                throw TemplateFault(.unsupported, "the flag '\(UnicodeScalar(bytes[place]))' in a format")
            }
            place += 1
        }
        conversion.width = try number(bytes, &place) ?? 0
        if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
            place += 1
            conversion.precision = try number(bytes, &place) ?? 0
        }
        return conversion
    }

    private static func number(_ bytes: [UInt8], _ place: inout Int) throws(TemplateFault) -> Int? {
        var value: Int?
        while place < bytes.count, bytes[place] &- 0x30 < 10 {
            let next = (value ?? 0) * 10 + Int(bytes[place] - 0x30)
            guard next <= 10_000 else { throw TemplateFault(.limit, "a width or precision in a format is above 10000") }
            value = next
            place += 1
        }
        return value
    }

    private static func converted(
        _ value: Value, _ letter: UInt8, _ conversion: Conversion, _ budget: inout Budget
    ) throws(TemplateFault) -> Text {
        var text: Text
        var isNumber = true
        switch letter {
        case UInt8(ascii: "s"), UInt8(ascii: "r"):
            isNumber = false
            text =
                try letter == UInt8(ascii: "s")
                ? ValueText.string(value, &budget) : ValueText.representation(value, &budget)
            if let precision = conversion.precision {
                let offsets = text.scalarOffsets
                text = text[0..<offsets[min(precision, offsets.count - 1)]]
            }
        case UInt8(ascii: "d"), UInt8(ascii: "i"), UInt8(ascii: "x"):
            guard conversion.precision == nil else { throw TemplateFault(.unsupported, "a precision for an integer") }
            let isHexadecimal = letter == UInt8(ascii: "x")
            let whole = try value.defined().asDouble.flatMap { Int(exactly: $0.rounded(.towardZero)) }
            guard let integer = value.asInteger ?? (isHexadecimal ? nil : whole) else {
                throw TemplateFault(.type, "%\(UnicodeScalar(letter)) needs a number, not '\(value.typeName)'")
            }
            text = Text(String(integer, radix: isHexadecimal ? 16 : 10))
        case UInt8(ascii: "f"):
            guard let double = try value.defined().asDouble else {
                throw TemplateFault(.type, "%f needs a number, not '\(value.typeName)'")
            }
            text = Text(PythonNumber.fixed(double, decimals: conversion.precision ?? 6))
        default: throw TemplateFault(.unsupported, "the conversion '%\(UnicodeScalar(letter))' in a format")
        }
        return padded(text, conversion, isNumber)
    }

    private static func padded(_ text: Text, _ conversion: Conversion, _ isNumber: Bool) -> Text {
        let missing = conversion.width - text.scalarCount
        guard missing > 0 else { return text }
        if conversion.isLeftAligned {
            var result = text
            result.append(String(repeating: " ", count: missing), .template)
            return result
        }
        let usesZeros = conversion.fillsWithZeros && isNumber
        let signs = usesZeros && text.bytes.first == UInt8(ascii: "-") ? 1 : 0
        var result = text[0..<signs]
        result.append(String(repeating: usesZeros ? "0" : " ", count: missing), .template)
        result.append(text, signs..<text.count)
        return result
    }
}
