import DeepSeekJSON

/// Strings, numbers, and values that are given.
extension SchemaCompiler {
    func string(_ members: JSONObject, _ pointer: String) throws(ConstraintError) -> Grammar {
        let minimum = try count("minLength", members, pointer) ?? 0
        let maximum = try count("maxLength", members, pointer)
        if let maximum, maximum < minimum { return .nothing }
        var graph: ScalarGraph?
        var longest: Int?
        if let value = members["pattern"] {
            guard let pattern = value.string else {
                throw error(.invalidSchema, "pattern must be a string, and is \(value.kind)", at: pointer + "/pattern")
            }
            graph = try located(pointer + "/pattern") { () throws(ConstraintError) in
                try ScalarGraph(pattern: pattern, inPart: true)
            }
        }
        if let value = members["format"] {
            guard let format = value.string.flatMap(StringFormat.init(rawValue:)) else {
                throw error(
                    .unsupportedSchema,
                    "the format \(value.serialized().prefix(80)) is not one of "
                        + StringFormat.allCases.map(\.rawValue).joined(separator: ", "), at: pointer + "/format")
            }
            longest = format.maximumLength
            let pattern = try ScalarGraph(pattern: format.pattern)
            graph = try graph.map { (other) throws(ConstraintError) in try pattern.intersected(with: other) } ?? pattern
        }
        let most = [maximum, longest].compactMap(\.self).min()
        guard let graph else {
            return minimum == 0 && most == nil ? json.string : json.string(minimum, most)
        }
        guard minimum > 0 || most != nil else { return json.string(graph) }
        return try located(pointer) { () throws(ConstraintError) in
            json.string(try graph.limited(toLengths: minimum, most))
        }
    }

    func number(_ members: JSONObject, isInteger: Bool, _ pointer: String) throws(ConstraintError) -> Grammar {
        var range = NumberRange(isInteger: isInteger)
        for (key, isExclusive) in [("minimum", false), ("exclusiveMinimum", true)] {
            guard let value = try decimal(key, members, pointer) else { continue }
            let bound = NumberRange.Bound(value: value, isExclusive: isExclusive)
            if range.minimum.map({ $0.value <= value }) ?? true { range.minimum = bound }
        }
        for (key, isExclusive) in [("maximum", false), ("exclusiveMaximum", true)] {
            guard let value = try decimal(key, members, pointer) else { continue }
            let bound = NumberRange.Bound(value: value, isExclusive: isExclusive)
            if range.maximum.map({ value <= $0.value }) ?? true { range.maximum = bound }
        }
        range.divisor = try decimal("multipleOf", members, pointer)
        if let divisor = range.divisor, divisor.isNegative || divisor.isZero {
            throw error(.invalidSchema, "multipleOf must be more than 0", at: pointer + "/multipleOf")
        }
        guard range.minimum != nil || range.maximum != nil || range.divisor != nil else {
            return isInteger ? json.integer : json.number
        }
        return try located(pointer) { () throws(ConstraintError) in try range.grammar() }
    }

    /// What `enum` and `const` give, of the types.
    mutating func literals(
        _ members: JSONObject, _ types: [String]?, _ pointer: String
    ) throws(ConstraintError) -> Grammar {
        if let other = members.keys.first(where: SchemaKeyword.isAboutOneType) {
            throw error(
                .unsupportedSchema,
                "\"\(other)\" beside enum or const is not supported; leave out the values it excludes",
                at: pointer + "/" + other)
        }
        var values: [JSONValue] = []
        if let list = members["enum"] {
            guard let array = list.array, !array.isEmpty else {
                throw error(.invalidSchema, "enum must be a list of values, at least one", at: pointer + "/enum")
            }
            values = array
        }
        if let value = members["const"] { values = members["enum"] == nil || values.contains(value) ? [value] : [] }
        if let types { values = values.filter { value in types.contains { Self.isValue(value, of: $0) } } }
        if isStrict, let excess = counts.add(values: values) { throw error(.notStrict, excess, at: pointer) }
        let texts = values.filter { $0.array == nil && $0.object == nil }.map { Array(Self.text($0)) }
        let containers = values.filter { $0.array != nil || $0.object != nil }
        var branches = [Grammar.oneOf(texts)]
        for value in containers { branches.append(try literal(value, pointer)) }
        return .choice(branches)
    }

    private static func isValue(_ value: JSONValue, of type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "number": value.number != nil
        case "integer": DecimalNumber(value).map { $0.fraction.isEmpty } ?? false
        case "boolean": value.bool != nil
        default: value.isNull
        }
    }

    private static func text(_ scalar: JSONValue) -> [UInt8] {
        scalar.string.map(JSONText.quoted) ?? Array(scalar.serialized().utf8)
    }

    private func literal(
        _ value: JSONValue, _ pointer: String, depth: Int = 0
    ) throws(ConstraintError) -> Grammar {
        guard depth < GrammarLimits.schemaDepth else {
            throw error(
                .tooComplex, "a value of enum or const is nested more than \(GrammarLimits.schemaDepth) deep",
                at: pointer)
        }
        if let elements = value.array {
            var items: [Grammar] = []
            for element in elements { items.append(try literal(element, pointer, depth: depth + 1)) }
            return json.array(items)
        }
        if let members = value.object {
            var list: [Grammar.Member] = []
            for (name, member) in members {
                let grammar = json.member(name, try literal(member, pointer, depth: depth + 1))
                list.append(.init(grammar: grammar, isRequired: true))
            }
            return json.object(list)
        }
        return .literal(Self.text(value))
    }

    // MARK: Reading keywords

    func count(_ key: String, _ members: JSONObject, _ pointer: String) throws(ConstraintError) -> Int? {
        guard let value = members[key] else { return nil }
        guard let count = value.integer, count >= 0 else {
            throw error(.invalidSchema, "\(key) must be an integer, 0 or more", at: "\(pointer)/\(key)")
        }
        return count
    }

    private func decimal(
        _ key: String, _ members: JSONObject, _ pointer: String
    ) throws(ConstraintError) -> DecimalNumber? {
        guard let value = members[key] else { return nil }
        guard let decimal = DecimalNumber(value) else {
            throw error(.invalidSchema, "\(key) must be a number, and is \(value.kind)", at: "\(pointer)/\(key)")
        }
        return decimal
    }

    private func located<Result>(
        _ pointer: String, _ body: () throws(ConstraintError) -> Result
    ) throws(ConstraintError) -> Result {
        do {
            return try body()
        } catch {
            throw self.error(error.code, error.message, at: pointer)
        }
    }
}
