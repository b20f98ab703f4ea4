/// Constraints that no answer can satisfy, or that nobody understands.
enum BrokenConstraints {
    static let all: [BadInput] = [
        BadInput("regex without an end", run: BadInput.generate + ["--regex", "(ab"], saying: ["\"(ab\"", "no ')'"]),
        BadInput(
            "regex with a lookahead", run: BadInput.generate + ["--regex", "a(?=b)"],
            saying: ["at character 1", "lookahead", "not supported"]),
        BadInput(
            "regex that nothing matches", run: BadInput.generate + ["--regex", "a$b"],
            saying: ["no text satisfies the constraint"]),
        BadInput("empty choice", run: BadInput.generate + ["--choice", ""], saying: ["none of them empty"]),
        BadInput(
            "two constraints", run: BadInput.generate + ["--json-mode", "--regex", "a"], exits: BadInput.usage,
            saying: ["give one of --json-mode"]),
        BadInput(
            "schema that is not JSON", run: BadInput.generate + ["--json-schema", "MODEL/schema.json"],
            saying: ["MODEL/schema.json: line 1, column 2"]
        ) { try $0.write("{a", as: "schema.json") },
        BadInput(
            "schema with a keyword that is not supported",
            run: BadInput.generate + ["--json-schema", "MODEL/schema.json"],
            saying: ["at #/properties/x/oneOf", "\"oneOf\"", "not supported"]
        ) { try $0.write(#"{"properties": {"x": {"oneOf": []}}}"#, as: "schema.json") },
        BadInput(
            "schema that is not strict",
            run: BadInput.generate + ["--json-schema", "MODEL/schema.json", "--strict"],
            saying: ["additionalProperties", "strict mode"]
        ) { try $0.write(#"{"type": "object"}"#, as: "schema.json") },
        BadInput(
            "no schema file", run: BadInput.generate + ["--json-schema", "MODEL/none.json"], saying: ["MODEL/none.json"]
        ),
    ]
}
