import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Foundation
import Testing

/// The JSON Schema test suite (draft 2020-12): the cases whose schemas are within what is supported.
///
/// `JSON_SCHEMA_TEST_SUITE` names its folder `tests/draft2020-12`, as the source distribution of PyPI's `jsonschema`
/// ships it under `json`.
@Suite(
    .enabled(
        if: ProcessInfo.processInfo.environment["JSON_SCHEMA_TEST_SUITE"] != nil,
        "needs JSON_SCHEMA_TEST_SUITE=folder of the suite's tests/draft2020-12"))
struct SchemaSuiteTests {
    private static let files = [
        "additionalProperties", "anyOf", "boolean_schema", "const", "default", "defs", "enum", "exclusiveMaximum",
        "exclusiveMinimum", "infinite-loop-detection", "items", "maxItems", "maxLength", "maximum", "minItems",
        "minLength", "minimum", "multipleOf", "pattern", "properties", "ref", "required", "type", "uniqueItems",
        "optional/ecmascript-regex", "optional/format/date", "optional/format/date-time", "optional/format/duration",
        "optional/format/email", "optional/format/hostname", "optional/format/ipv4", "optional/format/ipv6",
        "optional/format/time", "optional/format/uuid",
    ]

    @Test func invalidIsNeverAcceptedAndValidMostly() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["JSON_SCHEMA_TEST_SUITE"])
        var (schemas, refused, valid, narrower) = (0, 0, 0, [String]())
        for file in Self.files {
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(file).json")))
            let groups = try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }.array ?? []
            for group in groups {
                let schema = try #require(group["schema"])
                schemas += 1
                let constraint: CompiledConstraint?
                do {
                    constraint = try TestVocabulary.compile(.jsonSchema(schema, strict: false))
                } catch let error as ConstraintError {
                    // Nothing satisfies `false`; anything else must be a construct that is not supported.
                    if error.code == .unsatisfiable {
                        constraint = nil
                    } else {
                        #expect(
                            [.unsupportedSchema, .unsupportedPattern, .tooComplex].contains(error.code), "\(error)")
                        refused += 1
                        continue
                    }
                }
                for test in group["tests"]?.array ?? [] {
                    let data = try #require(test["data"])
                    let accepts = try constraint?.accepts(Self.ordered(data, schema).serialized().utf8) ?? false
                    let name = "\(file): \(group["description"]?.string ?? ""): \(test["description"]?.string ?? "")"
                    if test["valid"] == true {
                        valid += 1
                        if !accepts { narrower.append(name) }
                    } else {
                        #expect(!accepts, "\(name)")
                    }
                }
            }
        }
        print(
            "JSON Schema test suite: \(schemas) schemas, \(refused) of them not supported; of \(valid) valid instances")
        print("\(valid - narrower.count) accepted; not written here:\n  \(narrower.joined(separator: "\n  "))")
        #expect(schemas - refused > 125)
        #expect(narrower.count * 10 < valid)
    }

    /// Members in the order in which the schema first names them: the order in which they would be written.
    private static func ordered(_ value: JSONValue, _ schema: JSONValue) -> JSONValue {
        var names: [String] = []
        func collect(_ schema: JSONValue) {
            for (key, member) in schema.object ?? [:] {
                if key == "properties" { names += member.object?.keys ?? [] }
                if key == "required" { names += (member.array ?? []).compactMap(\.string) }
                collect(member)
            }
            for element in schema.array ?? [] { collect(element) }
        }
        collect(schema)
        func sorted(_ value: JSONValue) -> JSONValue {
            if let elements = value.array { return .array(elements.map(sorted)) }
            guard let members = value.object else { return value }
            func place(_ key: String) -> Int { names.firstIndex(of: key) ?? names.count }
            let keys = members.keys.enumerated().sorted {
                (place($0.element), $0.offset) < (place($1.element), $1.offset)
            }
            return .object(
                JSONObject(uniqueKeysWithValues: keys.map { ($0.element, sorted(members[$0.element] ?? nil)) }))
        }
        return sorted(value)
    }
}
