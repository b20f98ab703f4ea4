import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Testing

@Suite struct SchemaErrorTests {
    private static let object = #""type": "object", "additionalProperties": false"#

    @Test(
        arguments: [
            ("3", false, ConstraintError.Code.invalidSchema, ""),
            (##"{"type": "strin"}"##, false, .invalidSchema, "/type"),
            (##"{"properties": {"a/b": {"oneOf": []}}}"##, false, .unsupportedSchema, "/properties/a~1b/oneOf"),
            (##"{"items": {"format": "regex"}}"##, false, .unsupportedSchema, "/items/format"),
            (##"{"$ref": "#/$defs/x"}"##, false, .invalidSchema, "/$ref"),
            (##"{"$ref": "https://example.com/x"}"##, false, .unsupportedSchema, "/$ref"),
            (##"{"$ref": "#"}"##, false, .unsatisfiable, nil), ("false", false, .unsatisfiable, nil),
            (
                ##"{"type": "object", "properties": {"n": {"$ref": "#"}}, "required": ["n"]}"##, false, .unsatisfiable,
                nil
            ),
            (##"{"type": "integer", "minimum": 3, "maximum": 2}"##, false, .unsatisfiable, nil),
            (##"{"type": "integer", "minimum": 1, "maximum": 6, "multipleOf": 7}"##, false, .unsatisfiable, nil),
            (##"{"type": "string", "pattern": "^a{5}$", "maxLength": 4}"##, false, .unsatisfiable, nil),
            (##"{"type": "string", "enum": [1, 2]}"##, false, .unsatisfiable, nil),
            (##"{"enum": []}"##, false, .invalidSchema, "/enum"),
            (##"{"anyOf": []}"##, false, .invalidSchema, "/anyOf"),
            (##"{"minItems": -1}"##, false, .invalidSchema, "/minItems"),
            (##"{"type": "array", "minItems": 1000000000}"##, false, .tooComplex, nil),
            (##"{"type": "string", "maxLength": 1000000000}"##, false, .tooComplex, nil),
            (##"{"multipleOf": 0}"##, false, .invalidSchema, "/multipleOf"),
            (##"{"type": "integer", "multipleOf": 123456789}"##, false, .tooComplex, ""),
            (##"{"type": "string", "pattern": "("}"##, false, .invalidSchema, "/pattern"),
            (##"{"type": "number", "minimum": 1, "enum": [1]}"##, false, .unsupportedSchema, "/minimum"),
            (##"{"type": "string"}"##, true, .notStrict, ""), ("{\(object)}", true, nil, nil),
            (##"{"type": "object"}"##, true, .notStrict, ""),
            (##"{\##(object), "properties": {"a": {"type": "null"}}, "required": []}"##, true, .notStrict, ""),
            (##"{\##(object), "properties": {"a": {}}, "required": ["a"]}"##, true, .notStrict, "/properties/a"),
        ] as [(String, Bool, ConstraintError.Code?, String?)])
    func badSchemas(text: String, isStrict: Bool, code: ConstraintError.Code?, pointer: String?) throws {
        var found: ConstraintError?
        do {
            _ = try TestVocabulary.compile(.jsonSchema(JSONValue(parsing: text), strict: isStrict))
        } catch let error as ConstraintError {
            found = error
        }
        // A pattern's own code stays, with the place of the pattern.
        let expected = text.contains("\"(\"") ? .invalidPattern : code
        #expect(found?.code == expected, "\(text): \(found.map { "\($0)" } ?? "accepted")")
        if let pointer { #expect(found?.pointer == pointer) }
    }

    @Test func largeSchemasCompileOrAreRefused() throws {
        var properties = JSONObject()
        for index in 0..<5_000 {
            properties["property number \(index)"] = [
                "type": "array",
                "items": ["type": "string", "description": .string(String(repeating: "x", count: 100))],
            ]
        }
        let schema: JSONValue = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        #expect(schema.serialized().utf8.count > 800_000)
        let constraint = try TestVocabulary.compile(.jsonSchema(schema, strict: false))
        #expect(try constraint.accepts(#"{"property number 7": ["a"], "property number 4999": []}"#.utf8))
        #expect(try !constraint.accepts(#"{"property number 7": [1]}"#.utf8))
    }

    @Test func deepSchemasAreRefused() throws {
        var schema: JSONValue = ["type": "null"]
        for _ in 0..<10_000 { schema = ["type": "array", "items": schema] }
        #expect { _ = try TestVocabulary.compile(.jsonSchema(schema, strict: false)) } throws: {
            ($0 as? ConstraintError)?.code == .tooComplex
        }
    }

    @Test func emptyChoicesAndCallsAreErrors() throws {
        let calls = ToolCallConstraint(functions: [], isRequired: true)
        for constraint in [OutputConstraint.choice([]), .choice(["a", ""]), .toolCalls(calls)] {
            #expect { _ = try TestVocabulary.compile(constraint) } throws: { ($0 as? ConstraintError)?.code == .empty }
        }
    }
}
