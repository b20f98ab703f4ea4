import DeepSeekJSON

/// Objects and arrays.
extension SchemaCompiler {
    mutating func object(_ members: JSONObject, _ pointer: String, _ level: Int) throws(ConstraintError) -> Grammar {
        let properties = try members["properties"].map { (value) throws(ConstraintError) in
            guard let properties = value.object else {
                throw error(
                    .invalidSchema, "properties must be an object, and is \(value.kind)", at: pointer + "/properties")
            }
            return properties
        }
        let required = try requiredNames(members, pointer)
        if isStrict { try checkStrict(properties ?? [:], required, members, pointer) }
        var list: [Grammar.Member] = []
        for (name, schema) in properties ?? [:] {
            let place = pointer + "/properties/" + SchemaPointer.escaped(name)
            let value = try compile(schema, at: place, level: level + 1)
            list.append(.init(grammar: json.member(name, value), isRequired: required.contains(name)))
        }
        if list.isEmpty, required.isEmpty, members["additionalProperties"].map({ $0 == true }) ?? true {
            return json.anyObject(&book)
        }
        let other: Grammar
        switch members["additionalProperties"] {
        case .bool(false)?: other = .nothing
        case nil, .bool(true)?: other = json.anyValue(&book)
        case let schema?:
            other = book.add(try compile(schema, at: pointer + "/additionalProperties", level: level + 1))
        }
        // Names that must be there and that `properties` does not tell of.
        var names = properties?.keys ?? []
        for name in (members["required"]?.array ?? []).compactMap(\.string) where !names.contains(name) {
            list.append(.init(grammar: json.member(name, other), isRequired: true))
            names.append(name)
        }
        if case .nothing = other { return json.object(list) }
        let free = names.isEmpty ? json.string : json.string(try ScalarGraph.anything(except: names))
        return json.object(list, rest: json.member(named: book.add(free), other))
    }

    mutating func array(_ members: JSONObject, _ pointer: String, _ level: Int) throws(ConstraintError) -> Grammar {
        let minimum = try count("minItems", members, pointer) ?? 0
        let maximum = try count("maxItems", members, pointer)
        if let maximum, maximum < minimum { return .nothing }
        guard let items = members["items"] else {
            if minimum == 0, maximum == nil { return json.anyArray(&book) }
            return json.array(json.anyValue(&book), minimum: minimum, maximum: maximum)
        }
        let item = try compile(items, at: pointer + "/items", level: level + 1)
        // Written once, however many items there may be.
        return json.array(book.add(item), minimum: minimum, maximum: maximum)
    }

    private func requiredNames(_ members: JSONObject, _ pointer: String) throws(ConstraintError) -> Set<String> {
        guard let value = members["required"] else { return [] }
        guard let list = value.array, list.allSatisfy({ $0.string != nil }) else {
            throw error(.invalidSchema, "required must be a list of names", at: pointer + "/required")
        }
        return Set(list.compactMap(\.string))
    }

    func types(_ members: JSONObject, _ pointer: String) throws(ConstraintError) -> [String]? {
        guard let value = members["type"] else { return nil }
        let list = (value.array ?? [value]).map(\.string)
        guard !list.isEmpty, list.allSatisfy({ $0.map(Self.typeNames.contains) ?? false }) else {
            throw error(
                .invalidSchema,
                "type must be one of \(Self.typeNames.joined(separator: ", ")), or a list of these",
                at: pointer + "/type")
        }
        var types: [String] = []
        for type in list.compactMap(\.self) where !types.contains(type) { types.append(type) }
        return types
    }
}
