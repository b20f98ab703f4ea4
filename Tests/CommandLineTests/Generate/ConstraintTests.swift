import DeepSeekJSON
import Testing

struct ConstraintTests {
    private static func generate(_ more: [String]) throws -> ProgramResult {
        let model = try TinyModel()
        try model.write(
            #"{"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"], "additionalProperties": false}"#,
            as: "schema.json")
        let arguments = ["generate", "--model", model.folder, "--prompt", "hello", "--quiet", "--seed", "3"] + more
        return try DeepSeekProgram.run(arguments.map { $0.replacing("MODEL", with: model.folder) })
    }

    @Test func answersAreWhatTheyMustBe() throws {
        #expect(["yes\n", "no\n"].contains(try Self.generate(["--choice", "yes", "--choice", "no"]).output))
        #expect(try Self.generate(["--regex", "[0-4]{3}-x"]).output.wholeMatch(of: /[0-4]{3}-x\n/) != nil)
        for more in [
            ["--json-mode"], ["--json-schema", "MODEL/schema.json"],
            ["--json-schema", "MODEL/schema.json", "--strict"],
        ] {
            let result = try Self.generate(more + ["--max-tokens", "90"])
            let value = try JSONValue(parsing: result.output)
            #expect(value.object != nil, "\(result.output) \(result.error)")
            if more.count > 1 { #expect([1, 2].contains(value["n"]?.integer)) }
        }
    }

    @Test func theEndIsReported() throws {
        let result = try Self.generate(["--choice", "yes", "--json"])
        let report = try JSONValue(parsing: result.output)
        #expect(report["text"] == "yes")
        #expect(report["finish_reason"] == "stop")
    }
}
