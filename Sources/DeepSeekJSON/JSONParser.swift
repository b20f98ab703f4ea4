/// A strict RFC 8259 parser over bytes: linear time, bounded depth, duplicate keys refused, places in errors.
///
/// Foundation's decoders lose the order of keys and the place of an error, and take several times as long on a
/// vocabulary of 100,000 entries.
public struct JSONParser {
    /// Deep enough for any schema, shallow enough that recursion cannot exhaust a thread's stack.
    public static let maximumDepth = 256
    /// With so many digits an integer never overflows.
    private static let digitsOfAnyInteger = 18

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0
    private var valuesLeft: Int
    /// Reused for strings that contain escapes.
    private var unescaped: [UInt8] = []

    private init(_ bytes: UnsafeBufferPointer<UInt8>, maximumValues: Int) {
        self.bytes = bytes
        valuesLeft = maximumValues
    }

    /// Parses one value with nothing but white space around it. A UTF-8 byte order mark is skipped.
    ///
    /// - Parameter maximumValues: at all levels together. In memory a value takes up to a hundred times its two bytes
    ///   of text, so who reads large texts from strangers sets a bound.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumValues: Int = .max
    ) throws(JSONError) -> JSONValue {
        let typed = UnsafeBufferPointer(
            start: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count)
        var parser = JSONParser(typed, maximumValues: maximumValues)
        if typed.count >= 3, typed[0] == 0xEF, typed[1] == 0xBB, typed[2] == 0xBF { parser.position = 3 }
        parser.skipWhiteSpace()
        let value = try parser.value()
        parser.skipWhiteSpace()
        guard parser.position == typed.count else {
            throw parser.error(.syntax, "there is something after the end of the value")
        }
        return value
    }

    // MARK: Values

    private mutating func value() throws(JSONError) -> JSONValue {
        guard position < bytes.count else { throw error(.truncated, "a value is missing: the text ends here") }
        guard valuesLeft > 0 else { throw error(.tooManyValues, "the text holds more values than are allowed") }
        valuesLeft -= 1
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): try literal("true"); return .bool(true)
        case UInt8(ascii: "f"): try literal("false"); return .bool(false)
        case UInt8(ascii: "n"): try literal("null"); return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error(.syntax, "expected a value")
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        try enter()
        if try closes(UInt8(ascii: "}"), "object") { return .object(JSONObject()) }
        var keys: [String] = []
        var values: [JSONValue] = []
        var starts: [Int] = []
        repeat {
            guard position < bytes.count else { throw error(.truncated, "the text ends inside an object") }
            guard bytes[position] == UInt8(ascii: "\"") else { throw error(.syntax, "expected a key in double quotes") }
            starts.append(position)
            keys.append(try string())
            skipWhiteSpace()
            guard position < bytes.count else { throw error(.truncated, "the text ends inside an object") }
            guard bytes[position] == UInt8(ascii: ":") else { throw error(.syntax, "expected ':' after a key") }
            position += 1
            skipWhiteSpace()
            values.append(try value())
        } while try !separates(UInt8(ascii: "}"), "object")
        var duplicate: Int?
        let members = JSONObject(keys: keys, values: values, duplicate: &duplicate)
        if let duplicate {
            position = starts[duplicate]
            throw error(.duplicateKey, "the key \"\(keys[duplicate].prefix(80))\" occurs twice in one object")
        }
        return .object(members)
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        try enter()
        var elements: [JSONValue] = []
        if try closes(UInt8(ascii: "]"), "array") { return .array(elements) }
        while true {
            elements.append(try value())
            if try separates(UInt8(ascii: "]"), "array") { return .array(elements) }
        }
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw error(.tooDeep, "values are nested more than \(Self.maximumDepth) deep")
        }
        position += 1
        skipWhiteSpace()
    }

    private mutating func closes(_ end: UInt8, _ what: String) throws(JSONError) -> Bool {
        guard position < bytes.count else { throw error(.truncated, "the text ends inside an \(what)") }
        guard bytes[position] == end else { return false }
        position += 1
        depth -= 1
        return true
    }

    /// After an element: true at the end of the container, false at the start of the next element.
    private mutating func separates(_ end: UInt8, _ what: String) throws(JSONError) -> Bool {
        skipWhiteSpace()
        if try closes(end, what) { return true }
        guard bytes[position] == UInt8(ascii: ",") else {
            throw error(.syntax, "expected ',' or '\(Character(UnicodeScalar(end)))' in an \(what)")
        }
        position += 1
        skipWhiteSpace()
        return false
    }

    private mutating func literal(_ word: StaticString) throws(JSONError) {
        for index in 0..<word.utf8CodeUnitCount {
            guard position + index < bytes.count else { throw error(.truncated, "the text ends inside '\(word)'") }
            guard bytes[position + index] == word.utf8Start[index] else { throw error(.syntax, "expected '\(word)'") }
        }
        position += word.utf8CodeUnitCount
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        let firstDigit = position
        var digits = skipDigits()
        guard digits > 0 else { throw error(.syntax, "expected a digit") }
        if digits > 1, bytes[firstDigit] == UInt8(ascii: "0") {
            position = firstDigit
            throw error(.syntax, "a number starts with 0")
        }
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            digits = skipDigits()
            guard digits > 0 else { throw error(.syntax, "expected a digit after the decimal point") }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            digits = skipDigits()
            guard digits > 0 else { throw error(.syntax, "expected a digit in the exponent") }
        }
        if isInteger, digits <= Self.digitsOfAnyInteger {
            let magnitude = bytes[firstDigit..<position].reduce(0) { $0 &* 10 &+ Int($1 &- UInt8(ascii: "0")) }
            return .integer(firstDigit == start ? magnitude : -magnitude)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw error(.numberOutOfRange, "the number \(text.prefix(40)) is out of range")
        }
        return .number(value)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        return position - start
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        var end = start
        var allBits: UInt8 = 0
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            allBits |= byte
            end += 1
        }
        position = end
        guard end < bytes.count else { throw unterminated(start) }
        switch bytes[end] {
        case UInt8(ascii: "\\"): return try stringWithEscapes(from: start)
        case UInt8(ascii: "\""):
            let slice = UnsafeBufferPointer(rebasing: bytes[start..<end])
            let text = try validated(slice, isASCII: allBits < 0x80, at: start)
            position += 1
            return text
        default: throw error(.syntax, "a control character inside a string must be escaped")
        }
    }

    private mutating func unterminated(_ start: Int) -> JSONError {
        position = start - 1
        return error(.truncated, "a string that starts here has no end")
    }

    private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
        unescaped.removeAll(keepingCapacity: true)
        unescaped.append(contentsOf: bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                let text = try validatedUnescaped(at: start)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                try escape()
            case 0..<0x20:
                throw error(.syntax, "a control character inside a string must be escaped")
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw unterminated(start)
    }

    private mutating func escape() throws(JSONError) {
        guard position < bytes.count else { throw error(.truncated, "the text ends inside an escape") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "b"): unescaped.append(8)
        case UInt8(ascii: "f"): unescaped.append(12)
        case UInt8(ascii: "n"): unescaped.append(10)
        case UInt8(ascii: "r"): unescaped.append(13)
        case UInt8(ascii: "t"): unescaped.append(9)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800 {
                guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw error(.invalidString, "half of a surrogate pair is missing") }
                position += 2
                let low = try hexadecimal()
                guard low & 0xFC00 == 0xDC00 else { throw error(.invalidString, "half of a surrogate pair is missing") }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = UnicodeScalar(code) else {
                throw error(.invalidString, "half of a surrogate pair is missing")
            }
            unescaped.append(contentsOf: String(scalar).utf8)
        default:
            position -= 1
            throw error(.syntax, "an unknown escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw error(.truncated, "the text ends inside an escape") }
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue else {
                throw error(.syntax, "expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private mutating func validatedUnescaped(at start: Int) throws(JSONError) -> String {
        let buffer = unescaped
        let result: Result<String, JSONError> = buffer.withUnsafeBufferPointer { bytes in
            Result { () throws(JSONError) in try validated(bytes, isASCII: false, at: start) }
        }
        return try result.get()
    }

    private mutating func validated(
        _ slice: UnsafeBufferPointer<UInt8>, isASCII: Bool, at start: Int
    ) throws(JSONError) -> String {
        var text = String(decoding: slice, as: UTF8.self)
        // Decoding repairs what is not valid, and so changes it.
        guard isASCII || text.withUTF8({ Self.areEqual($0, slice) }) else {
            position = start
            throw error(.invalidString, "a string is not valid UTF-8")
        }
        return text
    }

    private static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    // MARK: Places

    private mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private func error(_ code: JSONError.Code, _ message: String) -> JSONError {
        let offset = min(position, bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset where bytes[index] == 0x0A {
            line += 1
            lineStart = index + 1
        }
        return JSONError(code: code, message: message, offset: offset, line: line, column: offset - lineStart + 1)
    }
}

extension JSONValue {
    public init(parsing bytes: UnsafeRawBufferPointer, maximumValues: Int = .max) throws(JSONError) {
        self = try JSONParser.parse(bytes, maximumValues: maximumValues)
    }

    public init(parsing text: String) throws(JSONError) {
        let result: Result<JSONValue, JSONError> = Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONParser.parse(bytes) }
        }
        self = try result.get()
    }
}
