import DeepSeekJSON

/// A decimal number as its digits, exactly.
struct DecimalNumber: Hashable {
    var isNegative: Bool
    /// Before the point, without leading zeros; empty below 1.
    var whole: [UInt8]
    /// After the point, without zeros at the end.
    var fraction: [UInt8]

    static let zero = DecimalNumber(isNegative: false, whole: [], fraction: [])

    private init(isNegative: Bool, whole: [UInt8], fraction: [UInt8]) {
        self.isNegative = isNegative
        self.whole = whole
        self.fraction = fraction
    }

    /// Nil for values that are no numbers. A double is the shortest decimal that reads as it.
    init?(_ value: JSONValue) {
        let text: String
        switch value {
        case .integer(let integer): text = String(integer)
        case .number(let number) where number.isFinite: text = number.description
        default: return nil
        }
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"): exponent = Int(text.dropFirst(index + 1)) ?? 0
            default: break
            }
            if byte == UInt8(ascii: "e") { break }
        }
        let shift = (point ?? digits.count) + exponent
        if shift < 0 { digits.insert(contentsOf: [UInt8](repeating: 0, count: -shift), at: 0) }
        let place = max(shift, 0)
        if place > digits.count { digits += [UInt8](repeating: 0, count: place - digits.count) }
        whole = Array(digits[..<place].drop { $0 == 0 })
        fraction = Array(digits[place...])
        while fraction.last == 0 { fraction.removeLast() }
        isNegative = text.utf8.first == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
    }

    var isZero: Bool { whole.isEmpty && fraction.isEmpty }
    var negated: DecimalNumber {
        DecimalNumber(isNegative: !isNegative && !isZero, whole: whole, fraction: fraction)
    }

    /// The digits as an integer: the number times ten to the power of the fraction's digits. Nil if it is too large.
    var scaled: Int? {
        var value = 0
        for digit in whole + fraction {
            let (product, overflows) = value.multipliedReportingOverflow(by: 10)
            guard !overflows, product <= .max - Int(digit) else { return nil }
            value = product + Int(digit)
        }
        return isNegative ? -value : value
    }
}

extension DecimalNumber: Comparable {
    static func < (left: DecimalNumber, right: DecimalNumber) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isBelow(left) : left.isBelow(right)
    }

    /// By magnitude.
    private func isBelow(_ other: DecimalNumber) -> Bool {
        guard whole.count == other.whole.count else { return whole.count < other.whole.count }
        guard whole == other.whole else { return whole.lexicographicallyPrecedes(other.whole) }
        return fraction.lexicographicallyPrecedes(other.fraction)
    }
}
