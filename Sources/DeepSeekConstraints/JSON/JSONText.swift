/// The canonical text of JSON strings.
enum JSONText {
    /// A string between its quotes.
    static func quoted(_ text: String) -> [UInt8] {
        [UInt8(ascii: "\"")] + text.unicodeScalars.flatMap(escaped) + [UInt8(ascii: "\"")]
    }

    /// A scalar inside a string.
    static func escaped(_ scalar: Unicode.Scalar) -> [UInt8] {
        switch scalar {
        case "\"": return Array("\\\"".utf8)
        case "\\": return Array("\\\\".utf8)
        case "\n": return Array("\\n".utf8)
        case "\r": return Array("\\r".utf8)
        case "\t": return Array("\\t".utf8)
        case "\u{0}"..<"\u{20}":
            let digits = String(scalar.value, radix: 16)
            return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
        default: return Array(String(scalar).utf8)
        }
    }
}
