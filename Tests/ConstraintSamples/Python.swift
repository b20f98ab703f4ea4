import DeepSeekJSON
import Foundation

/// Python packages as judges.
package enum Python {
    package static let hasSchemas = (try? run("import jsonschema", input: "")) != nil
    package static let isPresent = (try? run("import re", input: "")) != nil

    struct Failure: Error { let text: String }

    /// Runs a script that reads its input from a file named by the first argument, and returns what it prints.
    package static func run(_ script: String, input: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "constraints-\(UUID().uuidString)")
        try Data(input.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(text: text) }
        return text
    }

    /// What `jsonschema` says of texts: the index and the complaint of each that is not valid.
    package static func complaints(_ samples: [(schema: JSONValue, text: String)]) throws -> String {
        let lines = samples.map { JSONValue.array([$0.schema, .string($0.text)]).serialized() }
        return try run(
            """
            import json, sys, jsonschema
            checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
            for index, line in enumerate(open(sys.argv[1], encoding="utf-8")):
                schema, text = json.loads(line)
                try:
                    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(json.loads(text))
                except Exception as error:
                    print(index, text[:200], type(error).__name__, str(error)[:200].replace("\\n", " "), line[:300])
            """, input: lines.joined(separator: "\n"))
    }
}
