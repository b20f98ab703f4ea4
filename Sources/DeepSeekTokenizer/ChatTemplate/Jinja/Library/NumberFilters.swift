extension Interpreter {
    func applyNumberFilter(_ filter: Filter, to value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        switch filter {
        case .abs:
            try arguments.none(of: "abs")
            guard let number = try value.defined().asDouble else {
                throw TemplateFault(.type, "abs needs a number, not '\(value.typeName)'")
            }
            return number < 0 ? try Arithmetic.negative(value) : try Arithmetic.positive(value)
        case .float:
            let fallback = try arguments.bound(to: ["default"], of: "float")[0] ?? .double(0)
            if case .text(let text) = value { return PythonNumber.double(text).map(Value.double) ?? fallback }
            return try value.defined().asDouble.map(Value.double) ?? fallback
        case .int: return try integer(value, arguments)
        default: return try round(value, arguments)
        }
    }

    private func integer(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["default", "base"], of: "int")
        let fallback = values[0] ?? .integer(0)
        switch try value.defined() {
        case .text(let text):
            let base = try values[1]?.integer("the base of int") ?? 10
            if let integer = PythonNumber.integer(text, base: base) { return .integer(integer) }
            return PythonNumber.double(text).flatMap(Self.truncated) ?? fallback
        case .double(let number): return Self.truncated(number) ?? fallback
        default: return value.asInteger.map(Value.integer) ?? fallback
        }
    }

    private static func truncated(_ number: Double) -> Value? {
        Int(exactly: number.rounded(.towardZero)).map(Value.integer)
    }

    private func round(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["precision", "method"], of: "round")
        let precision = try values[0]?.integer("the precision of round") ?? 0
        let method = try values[1]?.text("the method of round").string ?? "common"
        guard let number = try value.defined().asDouble else {
            throw TemplateFault(.type, "round needs a number, not '\(value.typeName)'")
        }
        guard (0...300).contains(precision) else {
            throw TemplateFault(.unsupported, "round to a precision of \(precision)")
        }
        switch method {
        case "common":
            if let integer = value.asInteger { return .integer(integer) }
            return .double(Double(PythonNumber.fixed(number, decimals: precision)) ?? number)
        case "ceil", "floor":
            let scale = Double("1e\(precision)") ?? 1
            return .double((number * scale).rounded(method == "ceil" ? .up : .down) / scale)
        default: throw TemplateFault(.value, "round has the methods 'common', 'ceil' and 'floor'")
        }
    }
}
