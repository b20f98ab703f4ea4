import Foundation

/// Numbers as people read them.
enum Format {
    /// 1,234,567
    static func grouped(_ value: Int) -> String {
        var text = String(value.magnitude)
        var place = text.count - 3
        while place > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return (value < 0 ? "-" : "") + text
    }

    /// 15.7 B, 7.6 M
    static func count(_ value: Int) -> String { scaled(Double(value), ["", " K", " M", " B", " T"], by: 1_000) }

    /// 29.3 GiB
    static func bytes(_ value: Int) -> String {
        scaled(Double(value), [" B", " KiB", " MiB", " GiB", " TiB", " PiB"], by: 1_024)
    }

    static func decimals(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    /// A rate with about three digits.
    static func rate(_ value: Double) -> String { decimals(value, value >= 100 ? 0 : value >= 10 ? 1 : 2) }

    private static func scaled(_ value: Double, _ units: [String], by base: Double) -> String {
        var (value, unit) = (value, 0)
        while value >= base, unit < units.count - 1 { (value, unit) = (value / base, unit + 1) }
        return decimals(value, unit == 0 ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : 2) + units[unit]
    }
}
