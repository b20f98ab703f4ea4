import Foundation

/// Round numbers along an axis.
struct AxisTicks {
    let values: [Double]

    /// Multiples of 1, 2 or 5 times a power of ten that cover what is to be shown.
    init(covering range: ClosedRange<Double>, about count: Int = 5) {
        let span = range.upperBound - range.lowerBound
        let magnitude = max(abs(range.lowerBound), abs(range.upperBound))
        // So small a span is noise in the numbers themselves.
        guard span.isFinite, span > magnitude * 1e-9 else {
            let step = magnitude > 0 ? magnitude / 2 : 1
            values =
                span.isFinite
                ? [range.lowerBound - step, range.lowerBound, range.lowerBound + step]
                : [range.lowerBound, 0, range.upperBound]
            return
        }
        let raw = span / Double(max(count, 1))
        let power = pow(10, floor(log10(raw)))
        let step = power * ([1, 2, 5, 10].first { raw / power <= $0 * 1.000_001 } ?? 10)
        let (first, last) = (floor(range.lowerBound / step + 1e-9), ceil(range.upperBound / step - 1e-9))
        values = stride(from: first, through: last, by: 1).map { $0 * step }
    }

    /// Powers of two or of ten that cover positive numbers: those that give fewer than ten ticks.
    init(coveringPowers range: ClosedRange<Double>) {
        for base in [2.0, 4, 10, 100, 10_000, 1e8] {
            let first = floor(log(range.lowerBound) / log(base) + 1e-9)
            let last = max(ceil(log(range.upperBound) / log(base) - 1e-9), first + 1)
            if last - first < 9 || base == 1e8 {
                values = stride(from: first, through: last, by: 1).map { pow(base, $0) }
                return
            }
        }
        values = [range.lowerBound, range.upperBound]
    }

    static func label(_ value: Double) -> String {
        let magnitude = abs(value)
        if magnitude >= 1e7 || magnitude > 0 && magnitude < 1e-4 {
            return String(format: "%.3g", value)
        }
        // Enough decimals for steps of a thousandth of the value, without zeros at the end.
        let decimals = magnitude >= 1000 || magnitude == 0 ? 0 : max(3 - Int(floor(log10(magnitude))), 0)
        var text = String(format: "%.\(decimals)f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }
}
