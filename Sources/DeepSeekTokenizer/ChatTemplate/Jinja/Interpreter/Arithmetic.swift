#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Python's operators on numbers, strings and lists. Integers have 64 bits; more is an error.
enum Arithmetic {
    static func apply(
        _ sign: ArithmeticSign, _ left: Value, _ right: Value, _ budget: inout Budget
    ) throws(TemplateFault) -> Value {
        if sign == .modulo, case .text(let format) = left {
            return .text(try PercentFormat.format(format, with: right, &budget))
        }
        let left = try left.defined()
        let right = try right.defined()
        if let a = left.asInteger, let b = right.asInteger { return try integers(sign, a, b) }
        if let a = left.asDouble, let b = right.asDouble { return try doubles(sign, a, b) }
        switch (sign, left, right) {
        case (.plus, .text(var text), .text(let other)):
            try budget.spend(copying: text.count + other.count)
            text.append(other)
            return .text(text)
        case (.plus, .list(let a), .list(let b)):
            try budget.spend(a.items.count + b.items.count)
            return try .list(a.items + b.items)
        case (.plus, .tuple(let a), .tuple(let b)):
            try budget.spend(a.items.count + b.items.count)
            return try .tuple(a.items + b.items)
        case (.times, .integer, _), (.times, .bool, _): return try repeated(right, left, sign, left, right, &budget)
        case (.times, _, .integer), (.times, _, .bool): return try repeated(left, right, sign, left, right, &budget)
        default: throw mismatch(sign, left, right)
        }
    }

    private static func mismatch(_ sign: ArithmeticSign, _ left: Value, _ right: Value) -> TemplateFault {
        TemplateFault(.type, "'\(sign.rawValue)' does not work on '\(left.typeName)' and '\(right.typeName)'")
    }

    private static func repeated(
        _ value: Value, _ times: Value, _ sign: ArithmeticSign, _ left: Value, _ right: Value, _ budget: inout Budget
    ) throws(TemplateFault) -> Value {
        let count = max(0, times.asInteger ?? 0)
        switch value {
        case .text(let text):
            try budget.spend(bytes: text.count, times: count)
            var result = Text()
            if !text.isEmpty { for _ in 0..<count { result.append(text) } }
            return .text(result)
        case .list(let elements), .tuple(let elements):
            try budget.spend(bytes: elements.items.count * 64, times: count)
            let items = elements.items.isEmpty ? [] : Array(repeatElement(elements.items, count: count).joined())
            if case .list = value { return try .list(items) }
            return try .tuple(items)
        default: throw mismatch(sign, left, right)
        }
    }

    // MARK: Numbers

    private static func integers(_ sign: ArithmeticSign, _ a: Int, _ b: Int) throws(TemplateFault) -> Value {
        let result: (partialValue: Int, overflow: Bool)
        switch sign {
        case .plus: result = a.addingReportingOverflow(b)
        case .minus: result = a.subtractingReportingOverflow(b)
        case .times: result = a.multipliedReportingOverflow(by: b)
        case .divide:
            guard b != 0 else { throw divisionByZero }
            return .double(Double(a) / Double(b))
        case .floorDivide:
            guard b != 0 else { throw divisionByZero }
            let quotient = a.dividedReportingOverflow(by: b)
            let roundsDown = a.remainderReportingOverflow(dividingBy: b).partialValue != 0 && (a < 0) != (b < 0)
            result = (quotient.partialValue - (roundsDown ? 1 : 0), quotient.overflow)
        case .modulo:
            guard b != 0 else { throw divisionByZero }
            let rest = a.remainderReportingOverflow(dividingBy: b).partialValue
            result = (rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest, false)
        case .power:
            guard b >= 0 else { return try doubles(.power, Double(a), Double(b)) }
            result = power(a, b)
        }
        guard !result.overflow else {
            throw TemplateFault(.value, "the result of \(a) \(sign.rawValue) \(b) needs more than 64 bits")
        }
        return .integer(result.partialValue)
    }

    private static var divisionByZero: TemplateFault { TemplateFault(.value, "division by zero") }

    private static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
        // Beyond 63 only these bases have a power that fits.
        if exponent > 63 {
            switch base {
            case 0, 1: return (base, false)
            case -1: return (exponent % 2 == 0 ? 1 : -1, false)
            default: return (0, true)
            }
        }
        var result = 1
        for _ in 0..<exponent {
            let product = result.multipliedReportingOverflow(by: base)
            guard !product.overflow else { return product }
            result = product.partialValue
        }
        return (result, false)
    }

    private static func doubles(_ sign: ArithmeticSign, _ a: Double, _ b: Double) throws(TemplateFault) -> Value {
        switch sign {
        case .plus: return .double(a + b)
        case .minus: return .double(a - b)
        case .times: return .double(a * b)
        case .divide:
            guard b != 0 else { throw divisionByZero }
            return .double(a / b)
        case .floorDivide:
            guard b != 0 else { throw divisionByZero }
            return .double(((a - modulo(a, b)) / b).rounded())
        case .modulo:
            guard b != 0 else { throw divisionByZero }
            return .double(modulo(a, b))
        case .power:
            guard a != 0 || b >= 0 else { throw divisionByZero }
            guard a >= 0 || b.rounded() == b else {
                throw TemplateFault(.unsupported, "a power that is a complex number")
            }
            let result = pow(a, b)
            guard result.isFinite || !a.isFinite || !b.isFinite else {
                throw TemplateFault(.value, "the result of a power is too large")
            }
            return .double(result)
        }
    }

    /// The remainder with the sign of the divisor.
    private static func modulo(_ a: Double, _ b: Double) -> Double {
        let rest = fmod(a, b)
        if rest == 0 { return b.sign == .minus ? -0.0 : 0.0 }
        return (rest < 0) != (b < 0) ? rest + b : rest
    }

    static func negative(_ value: Value) throws(TemplateFault) -> Value {
        if let integer = try value.defined().asInteger { return try integers(.minus, 0, integer) }
        guard let double = value.asDouble else {
            throw TemplateFault(.type, "'-' does not work on '\(value.typeName)'")
        }
        return .double(-double)
    }

    static func positive(_ value: Value) throws(TemplateFault) -> Value {
        if let integer = try value.defined().asInteger { return .integer(integer) }
        guard let double = value.asDouble else {
            throw TemplateFault(.type, "'+' does not work on '\(value.typeName)'")
        }
        return .double(double)
    }
}
