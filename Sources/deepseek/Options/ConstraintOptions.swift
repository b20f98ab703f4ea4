import ArgumentParser
import DeepSeekConstraints

/// What the answer must be: at most one of these.
struct ConstraintOptions: ParsableArguments {
    @Flag(help: "The answer is a JSON object.")
    var jsonMode = false

    @Option(help: ArgumentHelp("The answer is JSON that the JSON Schema in a file accepts.", valueName: "file"))
    var jsonSchema: String?

    @Flag(help: "Hold the schema to the rules of OpenAI's strict mode.")
    var strict = false

    @Option(
        help: ArgumentHelp("The answer is a text that a regular expression matches as a whole.", valueName: "regex"))
    var regex: String?

    @Option(help: ArgumentHelp("The answer is one of several texts. May be repeated.", valueName: "text"))
    var choice: [String] = []

    func validate() throws {
        let given = [jsonMode, jsonSchema != nil, regex != nil, !choice.isEmpty].count { $0 }
        guard given <= 1 else {
            throw ValidationError("give one of --json-mode, --json-schema, --regex and --choice")
        }
        guard !strict || jsonSchema != nil else { throw ValidationError("--strict goes with --json-schema") }
    }

    func constraint() throws -> OutputConstraint? {
        if jsonMode { return .json }
        if let jsonSchema { return .jsonSchema(try TextInput.json(jsonSchema), strict: strict) }
        if let regex { return .regex(regex) }
        return choice.isEmpty ? nil : .choice(choice)
    }
}
