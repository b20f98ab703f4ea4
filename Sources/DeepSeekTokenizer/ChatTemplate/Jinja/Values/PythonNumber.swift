#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Numbers to text and back, as Python does it.
enum PythonNumber {
    /// `repr` of a float: the shortest digits that give the same double, with an exponent from 1e16 and below 1e-4.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        if value == 0 { return value.sign == .minus ? "-0.0" : "0.0" }
        let (digits, point) = decimal(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if point > 16 || point < -3 {
            let exponent = point - 1
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let padding = abs(exponent) < 10 ? "0" : ""
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(padding)\(abs(exponent))"
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if digits.count <= point { return sign + digits + String(repeating: "0", count: point - digits.count) + ".0" }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The shortest digits of a positive number, and where the decimal point is after the first of them.
    private static func decimal(_ value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        let all = String(mantissa[0]) + fraction
        let leading = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leading))
        while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
        return (digits, mantissa[0].count + exponent - leading)
    }

    /// With a fixed number of decimals, correctly rounded.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return text(value) }
        // A double has at most 309 digits before the point.
        var buffer = [CChar](repeating: 0, count: 330 + decimals)
        let length = withVaList([Int32(decimals), value]) { vsnprintf(&buffer, buffer.count, "%.*f", $0) }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// What `int(text, base)` reads; nil when it does not.
    static func integer(_ text: Text, base: Int = 10) -> Int? {
        guard (2...36).contains(base) else { return nil }
        return Int(plainDigits(text), radix: base)
    }

    /// What `float(text)` reads; nil when it does not.
    static func double(_ text: Text) -> Double? {
        let plain = plainDigits(text)
        guard !plain.lowercased().contains("x"), !plain.lowercased().contains("p") else { return nil }
        return Double(plain)
    }

    /// Without white space around it and single underscores between digits; text that has others is left to be refused.
    private static func plainDigits(_ text: Text) -> String {
        let bytes = text.stripped(left: true, right: true, of: nil).bytes
        var plain: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let between = index > 0 && index + 1 < bytes.count && isDigit(bytes[index - 1]) && isDigit(bytes[index + 1])
            if byte != UInt8(ascii: "_") || !between { plain.append(byte) }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
