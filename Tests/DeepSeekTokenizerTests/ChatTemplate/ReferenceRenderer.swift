import DeepSeekJSON
import Foundation
import Testing

/// Python's jinja2, which says what a template must give.
enum ReferenceRenderer {
    struct Case {
        let source: String
        var variables: [String: JSONValue]
    }

    /// A fixed time for `strftime_now`.
    static let now = 1_721_998_989

    /// Whether python3 and jinja2 can be run here.
    static let isAvailable = (try? run(["-c", "import jinja2"])) == 0

    static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// Renders all cases in one process. An error of Python's is nil here.
    static func render(_ cases: [Case]) throws -> [String?] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let input = directory.appending(path: "cases.json")
        let output = directory.appending(path: "results.json")
        let list = cases.map { value -> JSONValue in
            let variables = value.variables.sorted { $0.key < $1.key }
            return [
                "source": .string(value.source),
                "variables": .object(.init(uniqueKeysWithValues: variables.map { ($0.key, $0.value) })),
            ]
        }
        try Data(JSONValue.array(list).serialized().utf8).write(to: input)
        let script = folder.appending(path: "render_reference.py")
        let status = try run([script.path, input.path, output.path, String(now)])
        try #require(status == 0, "render_reference.py failed")
        let results = try Data(contentsOf: output).withUnsafeBytes { try JSONValue(parsing: $0) }
        return try #require(results.array).map { $0["text"]?.string }
    }

    private static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
