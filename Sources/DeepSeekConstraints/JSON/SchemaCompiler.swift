import DeepSeekJSON

/// Compiles a JSON Schema (draft 2020-12, the part that ``OutputConstraint/jsonSchema(_:strict:)`` tells of).
struct SchemaCompiler {
    static let typeNames = ["object", "array", "string", "number", "integer", "boolean", "null"]

    let root: JSONValue
    let isStrict: Bool
    var json: JSONGrammar
    var book: GrammarBook
    var counts = StrictCounts()
    private var ruleOfPointer: [String: Int] = [:]
    /// Schemas that are referred to and not compiled yet.
    private var waiting: [(rule: Int, schema: JSONValue, pointer: String)] = []
    private var depth = 0

    private init(_ root: JSONValue, isStrict: Bool, json: JSONGrammar, book: GrammarBook) {
        self.root = root
        self.isStrict = isStrict
        self.json = json
        self.book = book
    }

    static func grammar(
        of schema: JSONValue, isStrict: Bool, json: inout JSONGrammar, book: inout GrammarBook
    ) throws(ConstraintError) -> Grammar {
        var compiler = SchemaCompiler(schema, isStrict: isStrict, json: json, book: book)
        if isStrict, schema["type"]?.string != "object" {
            throw compiler.error(.notStrict, "the root must have \"type\": \"object\" in strict mode", at: "")
        }
        let start = compiler.reference("", schema)
        while let next = compiler.waiting.popLast() {
            compiler.book.define(next.rule, try compiler.compile(next.schema, at: next.pointer, level: 1))
        }
        (json, book) = (compiler.json, compiler.book)
        return start
    }

    // MARK: Schemas

    /// - Parameter level: how many schemas it lies in, for the limit of strict mode.
    mutating func compile(_ schema: JSONValue, at pointer: String, level: Int) throws(ConstraintError) -> Grammar {
        depth += 1
        defer { depth -= 1 }
        guard depth <= GrammarLimits.schemaDepth else {
            throw error(
                .tooComplex,
                "schemas, or references with something beside them, are nested more than "
                    + "\(GrammarLimits.schemaDepth) deep", at: pointer)
        }
        if let accepts = schema.bool {
            if isStrict { throw error(.notStrict, "a schema must be an object in strict mode", at: pointer) }
            return accepts ? json.anyValue(&book) : .nothing
        }
        guard let members = schema.object else {
            throw error(.invalidSchema, "a schema must be an object or a boolean, and is \(schema.kind)", at: pointer)
        }
        if isStrict { try checkLevel(level, pointer) }
        try checkKeywords(members, pointer)
        if let reference = members["$ref"] { return try compile(reference, of: members, at: pointer, level: level) }
        if let branches = members["anyOf"] {
            return try compile(anyOf: branches, of: members, at: pointer, level: level)
        }
        let types = try types(members, pointer)
        if members["enum"] != nil || members["const"] != nil { return try literals(members, types, pointer) }
        guard let types else {
            if isStrict {
                throw error(.notStrict, "a schema needs a type, enum, const, anyOf or $ref in strict mode", at: pointer)
            }
            guard members.keys.contains(where: SchemaKeyword.isAboutOneType) else { return json.anyValue(&book) }
            return try compile(
                ["object", "array", "string", "number", "boolean", "null"], members, pointer, level)
        }
        return try compile(types, members, pointer, level)
    }

    private mutating func compile(
        _ types: [String], _ members: JSONObject, _ pointer: String, _ level: Int
    ) throws(ConstraintError) -> Grammar {
        var branches: [Grammar] = []
        for type in types {
            switch type {
            case "object": branches.append(try object(members, pointer, level))
            case "array": branches.append(try array(members, pointer, level))
            case "string": branches.append(try string(members, pointer))
            case "number": branches.append(try number(members, isInteger: false, pointer))
            case "integer":
                if !types.contains("number") { branches.append(try number(members, isInteger: true, pointer)) }
            case "boolean": branches.append(.oneOf([Array("true".utf8), Array("false".utf8)]))
            default: branches.append(.text("null"))
            }
        }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    // MARK: References and alternatives

    /// A rule for a place in the document, which is compiled later.
    private mutating func reference(_ pointer: String, _ schema: JSONValue) -> Grammar {
        if let rule = ruleOfPointer[pointer] { return .rule(rule) }
        let rule = book.reserve()
        ruleOfPointer[pointer] = rule
        waiting.append((rule, schema, pointer))
        return .rule(rule)
    }

    private mutating func compile(
        _ reference: JSONValue, of members: JSONObject, at pointer: String, level: Int
    ) throws(ConstraintError) -> Grammar {
        let place = pointer + "/$ref"
        guard let text = reference.string else {
            throw error(.invalidSchema, "$ref must be a string, and is \(reference.kind)", at: place)
        }
        guard let target = SchemaPointer(reference: text) else {
            throw error(
                .unsupportedSchema,
                "the reference \"\(text.prefix(80))\" is not one to a place in this document, as #/$defs/name is",
                at: place)
        }
        guard let schema = target.find(in: root) else {
            throw error(.invalidSchema, "the reference \"\(text.prefix(80))\" leads nowhere", at: place)
        }
        guard let siblings = siblings(of: "$ref", in: members) else { return self.reference(target.text, schema) }
        let merged = try merged(siblings, with: schema, at: pointer)
        return try compile(merged, at: target.text, level: level)
    }

    private mutating func compile(
        anyOf branches: JSONValue, of members: JSONObject, at pointer: String, level: Int
    ) throws(ConstraintError) -> Grammar {
        guard let branches = branches.array, !branches.isEmpty else {
            throw error(.invalidSchema, "anyOf must be a list of schemas, at least one", at: pointer + "/anyOf")
        }
        let siblings = siblings(of: "anyOf", in: members)
        var grammars: [Grammar] = []
        for (index, branch) in branches.enumerated() {
            let place = "\(pointer)/anyOf/\(index)"
            let schema = try siblings.map { (siblings) throws(ConstraintError) in
                try merged(siblings, with: branch, at: place)
            }
            grammars.append(try compile(schema ?? branch, at: place, level: level + 1))
        }
        return .choice(grammars)
    }

    /// The keywords beside one that say something; nil if there are none.
    private func siblings(of keyword: String, in members: JSONObject) -> JSONObject? {
        var rest = JSONObject()
        for (key, value) in members where key != keyword && SchemaKeyword(rawValue: key) != nil { rest[key] = value }
        return rest.isEmpty ? nil : rest
    }

    /// A schema that says what both say.
    private func merged(
        _ siblings: JSONObject, with schema: JSONValue, at pointer: String
    ) throws(ConstraintError) -> JSONValue {
        if let accepts = schema.bool { return accepts ? .object(siblings) : false }
        guard var result = schema.object else {
            throw error(.invalidSchema, "a schema must be an object or a boolean, and is \(schema.kind)", at: pointer)
        }
        func clash(_ key: String) -> ConstraintError {
            error(
                .unsupportedSchema,
                "\"\(key)\" beside a reference or anyOf whose schema has its own is not supported; write it there",
                at: pointer)
        }
        // These three are read together, so they must not come from two places.
        for (outer, inner) in [(siblings, result), (result, siblings)]
        where outer["additionalProperties"] != nil && (inner["properties"] != nil || inner["required"] != nil) {
            throw clash("additionalProperties")
        }
        for (key, value) in siblings {
            guard let own = result[key] else {
                result[key] = value
                continue
            }
            if key == "required", let first = own.array, let second = value.array {
                result[key] = .array(first + second.filter { !first.contains($0) })
            } else if own != value {
                throw clash(key)
            }
        }
        return .object(result)
    }

    // MARK: Errors

    func error(_ code: ConstraintError.Code, _ message: String, at pointer: String) -> ConstraintError {
        ConstraintError(code, "the schema, at #\(pointer.prefix(200)): \(message)", pointer: pointer)
    }
}
