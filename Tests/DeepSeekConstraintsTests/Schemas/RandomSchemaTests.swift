import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Foundation
import Testing

/// Whatever tokens are chosen, what is written is what the schema accepts.
///
/// `DEEPSEEK_CONSTRAINT_SCHEMAS` sets how many schemas are tried.
@Suite struct RandomSchemaTests {
    static let count = ProcessInfo.processInfo.environment["DEEPSEEK_CONSTRAINT_SCHEMAS"].flatMap(Int.init) ?? 200
    private static let limit = 400

    /// Texts of random tokens, one for each schema, and a second one of few tokens.
    private static func samples() throws -> [(schema: JSONValue, text: String)] {
        var samples: [(schema: JSONValue, text: String)] = []
        for seed in 0..<UInt64(count) {
            let (schema, isStrict) = RandomSchema.make(seed: seed)
            let constraint = try TestVocabulary.compile(.jsonSchema(schema, strict: isStrict))
            var writer = RandomWriter(seed: seed)
            for limit in [limit, constraint.shortestText] {
                let answer = try writer.write(constraint, limit: max(limit, constraint.shortestText))
                #expect(answer.isAccepting, "seed \(seed): \(String(decoding: answer.text, as: UTF8.self))")
                let text = try #require(String(validating: answer.text, as: UTF8.self))
                samples.append((schema, text))
            }
        }
        return samples
    }

    @Test func allAreValid() throws {
        for (index, (schema, text)) in try Self.samples().enumerated() {
            let value: JSONValue
            do {
                value = try JSONValue(parsing: text)
            } catch {
                // Names that the schema leaves free may repeat.
                #expect(error.code == .duplicateKey, "\(index): \(error) in \(text)")
                continue
            }
            #expect(SchemaValidator(root: schema).accepts(value, schema), "\(index): \(text) \(schema.serialized())")
        }
    }

    @Test(.enabled(if: Python.hasSchemas, "needs python3 with the module jsonschema (pip install jsonschema)"))
    func allAreValidForJSONSchemaOfPython() throws {
        let complaints = try Python.complaints(Self.samples())
        #expect(complaints.isEmpty, "\(complaints)")
    }
}
