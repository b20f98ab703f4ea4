/// The tests of Jinja (`is …`) that can be used, under all of their names.
enum TemplateTest: String, Sendable {
    case boolean, callable, defined, divisibleby, eq, even, `false`, float, ge, gt, `in`, integer, iterable, le, lower
    case lt, mapping, ne, none, number, odd, sameas, sequence, string, `true`, undefined, upper

    private static let aliases: [String: TemplateTest] = [
        "==": .eq, "equalto": .eq, "!=": .ne, ">": .gt, "greaterthan": .gt, ">=": .ge, "<": .lt, "lessthan": .lt,
        "<=": .le,
    ]

    init?(name: String) {
        guard let test = TemplateTest(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = test
    }

    /// Whether it compares with one argument.
    private var takesArgument: Bool {
        switch self {
        case .divisibleby, .eq, .ge, .gt, .in, .le, .lt, .ne, .sameas: true
        default: false
        }
    }

    func argument(_ arguments: Arguments) throws(TemplateFault) -> Value {
        guard takesArgument else {
            try arguments.none(of: "the test '\(rawValue)'")
            return .none
        }
        let name = self == .divisibleby ? "num" : self == .in ? "seq" : "other"
        return try arguments.bound(to: [name], required: 1, of: "the test '\(rawValue)'")[0] ?? .none
    }
}

extension Interpreter {
    func holds(_ test: TemplateTest, for value: Value, _ arguments: Arguments) throws(TemplateFault) -> Bool {
        let other = try test.argument(arguments)
        switch test {
        case .defined: return !value.isUndefined
        case .undefined: return value.isUndefined
        case .none: return value == .none
        case .boolean: if case .bool = value { return true }
        case .true: if case .bool(true) = value { return true }
        case .false: if case .bool(false) = value { return true }
        case .string: if case .text = value { return true }
        case .integer: if case .integer = value { return true }
        case .float: if case .double = value { return true }
        case .number: return value.asDouble != nil
        case .mapping: if case .mapping = value { return true }
        case .callable: if case .callable = value { return true }
        case .sequence, .iterable: return value.isSequence || test == .iterable && value.isOnlyIterable
        case .lower, .upper:
            let text = try string(value)
            let isCased = text.string.unicodeScalars.contains { $0.properties.isCased }
            return isCased && text == (test == .lower ? text.lowercased : text.uppercased)
        case .even, .odd:
            return try Arithmetic.apply(.modulo, value, .integer(2), &budget) == .integer(test == .even ? 0 : 1)
        case .divisibleby: return try Arithmetic.apply(.modulo, value, other, &budget) == .integer(0)
        case .eq: return try compare(value, .equal, other)
        case .ne: return try compare(value, .notEqual, other)
        case .lt: return try compare(value, .less, other)
        case .le: return try compare(value, .lessOrEqual, other)
        case .gt: return try compare(value, .greater, other)
        case .ge: return try compare(value, .greaterOrEqual, other)
        case .in: return try compare(value, .isIn, other)
        case .sameas:
            guard value.typeName == other.typeName else { return false }
            return try compare(value, .equal, other)
        }
        return false
    }
}

extension Value {
    fileprivate var isSequence: Bool {
        switch self {
        case .undefined, .text, .list, .tuple, .mapping, .range: true
        default: false
        }
    }

    fileprivate var isOnlyIterable: Bool {
        switch self {
        case .stream, .view, .loop: true
        default: false
        }
    }
}
