import DeepSeekTokenizer

/// The numbers that `minimum`, `maximum` and `multipleOf` leave, as they are written: no exponent, no needless zero in
/// front, no "-0".
///
/// Values are compared as the decimals that they are. A number has at most 15 digits, or as many as its bounds, so that
/// no two of them are the same double.
struct NumberRange {
    struct Bound: Hashable {
        var value: DecimalNumber
        var isExclusive: Bool
    }

    var isInteger: Bool
    var minimum: Bound?
    var maximum: Bound?
    var divisor: DecimalNumber?

    func grammar() throws(ConstraintError) -> Grammar {
        let zero = Bound(value: .zero, isExclusive: false)
        var branches: [Grammar] = []
        // Zero and what is above.
        if maximum.map({ !$0.value.isNegative && !($0.value.isZero && $0.isExclusive) }) ?? true {
            let least = minimum.map { $0.value.isNegative ? zero : $0 } ?? zero
            branches.append(.graph(try magnitudes(from: least, to: maximum), .text))
        }
        // What is below, by its magnitude.
        if minimum.map({ $0.value.isNegative }) ?? true {
            let positive = Bound(value: .zero, isExclusive: true)
            var least = positive
            if let maximum, maximum.value.isNegative {
                least = Bound(value: maximum.value.negated, isExclusive: maximum.isExclusive)
            }
            let most = minimum.map { Bound(value: $0.value.negated, isExclusive: $0.isExclusive) }
            branches.append(.sequence([.text("-"), .graph(try magnitudes(from: least, to: most), .text)]))
        }
        return branches.isEmpty ? .nothing : .choice(branches)
    }

    // MARK: Magnitudes

    /// How what was read compares with a bound.
    private enum Order: Hashable {
        case equal
        case less
        case greater
    }

    private struct Progress: Hashable {
        enum Part: Hashable {
            case start
            case whole
            case point
            case fraction
        }

        var part = Part.start
        /// Of the part.
        var digits = 0
        var isZero = false
        var least = Order.equal
        var most = Order.equal
        /// Of the digits so far by the divisor's.
        var remainder = 0
    }

    private func magnitudes(from least: Bound, to most: Bound?) throws(ConstraintError) -> ScalarGraph {
        let bounds = [least.value] + (most.map { [$0.value] } ?? [])
        let wholeDigits = max(15, most?.value.whole.count ?? 0, least.value.whole.count + 1)
        let longest = bounds.map(\.whole.count).max() ?? 0
        var fractionDigits = isInteger ? 0 : max(15 - longest, bounds.map(\.fraction.count).max() ?? 0)
        var modulus = 1
        if let divisor {
            guard let scaled = divisor.scaled, scaled > 0 else {
                throw ConstraintError(.unsupportedSchema, "a multipleOf of so many digits is not supported")
            }
            modulus = scaled
            if !isInteger { fractionDigits = divisor.fraction.count }
        }
        // An integer is a multiple of 2.5 if ten times it is one of 25.
        let scale = divisor?.fraction.count ?? 0
        func isMultiple(_ progress: Progress) -> Bool {
            guard modulus > 1 else { return true }
            var remainder = progress.remainder
            for _ in 0..<(scale - (progress.part == .fraction ? progress.digits : 0)) {
                remainder = remainder * 10 % modulus
            }
            return remainder == 0
        }
        guard modulus <= Int.max / 20 else {
            throw ConstraintError(.unsupportedSchema, "a multipleOf of so many digits is not supported")
        }
        return try .exploring(from: Progress()) { progress in
            guard progress.part == .whole || progress.part == .fraction, isMultiple(progress) else { return false }
            let low = Self.settled(progress, progress.least, least.value)
            guard low == .greater || (low == .equal && !least.isExclusive) else { return false }
            guard let most else { return true }
            let high = Self.settled(progress, progress.most, most.value)
            return high == .less || (high == .equal && !most.isExclusive)
        } steps: { progress in
            var steps: [(set: ScalarSet?, target: Progress)] = []
            let mayHaveDigit =
                switch progress.part {
                case .start: true
                case .whole: !progress.isZero && progress.digits < wholeDigits
                case .point, .fraction: progress.digits < fractionDigits
                }
            if mayHaveDigit {
                for digit in UInt8(0)...9 {
                    var next = progress
                    next.part = progress.part == .start || progress.part == .whole ? .whole : .fraction
                    next.isZero = progress.part == .start && digit == 0
                    // A zero before the point is no digit of the number.
                    if !next.isZero {
                        Self.compare(digit, &next.least, at: progress, least.value)
                        if let most { Self.compare(digit, &next.most, at: progress, most.value) }
                        next.digits += 1
                    }
                    if modulus > 1 { next.remainder = (progress.remainder * 10 + Int(digit)) % modulus }
                    steps.append((ScalarSet(Unicode.Scalar(digit + UInt8(ascii: "0"))), next))
                }
            }
            if progress.part == .whole, fractionDigits > 0 {
                var next = progress
                next.part = .point
                next.least = Self.settledWhole(progress, progress.least, least.value)
                next.most = most.map { Self.settledWhole(progress, progress.most, $0.value) } ?? .equal
                next.digits = 0
                steps.append((ScalarSet("."), next))
            }
            return steps
        }
    }

    /// Takes a digit into account that stands at the place which was reached.
    private static func compare(_ digit: UInt8, _ order: inout Order, at place: Progress, _ bound: DecimalNumber) {
        guard order == .equal else { return }
        let isWhole = place.part == .start || place.part == .whole
        let digits = isWhole ? bound.whole : bound.fraction
        // Longer before the point is greater; after it, the bound goes on with zeros.
        guard place.digits < digits.count else {
            if isWhole || digit > 0 { order = .greater }
            return
        }
        if digit != digits[place.digits] { order = digit < digits[place.digits] ? .less : .greater }
    }

    /// After the last digit before the point.
    private static func settledWhole(_ place: Progress, _ order: Order, _ bound: DecimalNumber) -> Order {
        let digits = place.isZero ? 0 : place.digits
        if digits != bound.whole.count { return digits < bound.whole.count ? .less : .greater }
        return order
    }

    /// After the last digit.
    private static func settled(_ place: Progress, _ order: Order, _ bound: DecimalNumber) -> Order {
        if place.part == .whole {
            let whole = settledWhole(place, order, bound)
            return whole == .equal && !bound.fraction.isEmpty ? .less : whole
        }
        return order == .equal && place.digits < bound.fraction.count ? .less : order
    }
}
