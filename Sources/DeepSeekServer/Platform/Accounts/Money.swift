/// An amount of the platform's currency, exact to a billionth, so that a token of a cheap model has a whole price.
package struct Money: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Billionths.
    package var nano: Int

    package init(nano: Int) { self.nano = nano }

    package static let zero = Money(nano: 0)
    private static let scale = 1_000_000_000
    private static let digits = 9

    /// Reads `12`, `0.14` or `-3.5`, with at most nine digits after the point.
    package init?(_ text: String) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 24, let whole = Self.digits(parts[0]) else {
            return nil
        }
        var fraction = 0
        if parts.count == 2 {
            guard parts[1].utf8.count <= Self.digits, var value = Self.digits(parts[1]) else { return nil }
            for _ in parts[1].utf8.count..<Self.digits { value *= 10 }
            fraction = value
        }
        let (product, overflows) = whole.multipliedReportingOverflow(by: Self.scale)
        guard !overflows, product <= Int.max - fraction else { return nil }
        nano = isNegative ? -(product + fraction) : product + fraction
    }

    private static func digits(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    /// With two digits after the point, and more where they are not zero.
    package var description: String {
        let magnitude = nano.magnitude
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: UInt(Self.scale))
        var fraction = String(rest)
        fraction = String(repeating: "0", count: Self.digits - fraction.utf8.count) + fraction
        while fraction.utf8.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return (nano < 0 ? "-" : "") + "\(whole).\(fraction)"
    }

    package static func < (left: Money, right: Money) -> Bool { left.nano < right.nano }
    package static func + (left: Money, right: Money) -> Money { Money(nano: left.nano + right.nano) }
    package static func - (left: Money, right: Money) -> Money { Money(nano: left.nano - right.nano) }
}
