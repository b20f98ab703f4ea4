import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Testing

/// Mutated schemas and patterns are refused or can be written; they never crash, and always end.
@Suite struct ConstraintFuzzTests {
    private static let schema = Array(
        #"""
        {"type": "object", "properties": {"a": {"type": ["string", "null"], "pattern": "^(a|b)+\\d{2,3}$", "maxLength": 9},
         "b": {"anyOf": [{"$ref": "#/$defs/n"}, {"type": "integer", "minimum": -12, "exclusiveMaximum": 1e3}]},
         "c": {"type": "array", "items": {"enum": [1, "x", null, {"k": [2.5]}]}, "minItems": 1, "maxItems": 3},
         "d": {"type": "number", "multipleOf": 0.5, "maximum": 77.25}, "e": {"format": "ipv6"}, "f": true},
         "required": ["a", "c", "z"], "additionalProperties": {"type": "boolean"},
         "$defs": {"n": {"type": "object", "properties": {"n": {"$ref": "#"}}, "additionalProperties": false}}}
        """#.utf8)

    private static let patterns = [
        "^(?:a|b[^c-e\\d]{1,5})*(?<n>\\w+)\\.(?i:xyz)?$|é{2}", "[\\]\\-a-z]+?(\\u0041|\\x42)\\p{Lu}(){0,3}\\/\\s*",
    ].map { Array($0.utf8) }

    @Test func mutatedSchemasCompileOrAreRefused() throws {
        var mutator = Mutator(seed: 11)
        var compiled = 0
        let sound = try Self.schema.withUnsafeBytes { try JSONValue(parsing: $0) }
        for iteration in 0..<Mutator.iterations / 4 {
            var schema = sound
            if iteration % 4 == 3 {
                let bytes = mutator.mutate(Self.schema)
                guard let parsed = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }) else { continue }
                schema = parsed
            }
            for _ in 0..<iteration % 3 { schema = Self.damaged(schema, &mutator) }
            for isStrict in [false, true] {
                guard let constraint = try? TestVocabulary.compile(.jsonSchema(schema, strict: isStrict)) else {
                    continue
                }
                compiled += 1
                try Self.write(constraint, seed: UInt64(iteration))
            }
        }
        #expect(compiled > 10)
    }

    @Test func mutatedPatternsCompileOrAreRefused() throws {
        var mutator = Mutator(seed: 12)
        var compiled = 0
        for iteration in 0..<Mutator.iterations / 4 {
            let pattern = String(decoding: mutator.mutate(Self.patterns[iteration % 2]), as: UTF8.self)
            guard let constraint = try? TestVocabulary.compile(.regex(pattern)) else { continue }
            compiled += 1
            try Self.write(constraint, seed: UInt64(iteration))
        }
        #expect(compiled > 10)
    }

    private static let values: [JSONValue] = [
        nil, true, false, 0, -1, 3, 70_000, 0.1, 1e300, "", "x", "string", "^(a*)*$", "date", [], [:], ["$ref": "#"],
        ["type": "string"], ["anyOf": [true, ["type": "array"]]], ["a", "b"],
    ]

    /// Something else in one place.
    private static func damaged(_ value: JSONValue, _ mutator: inout Mutator) -> JSONValue {
        if mutator.below(6) == 0 { return values[mutator.below(values.count)] }
        switch value {
        case .object(var members) where !members.isEmpty:
            let key = members.keys[mutator.below(members.count)]
            members[key] = mutator.below(8) == 0 ? nil : members[key].map { damaged($0, &mutator) }
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = mutator.below(elements.count)
            elements[index] = damaged(elements[index], &mutator)
            return .array(elements)
        default: return values[mutator.below(values.count)]
        }
    }

    private static func write(_ constraint: CompiledConstraint, seed: UInt64) throws {
        var writer = RandomWriter(seed: seed)
        do {
            let answer = try writer.write(constraint, limit: 60)
            #expect(answer.isAccepting || answer.tokens == 60)
            #expect(try constraint.accepts(answer.text) == answer.isAccepting)
        } catch let error as ConstraintError {
            #expect(error.code == .tooComplex)
        }
    }
}
