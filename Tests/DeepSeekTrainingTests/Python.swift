import Foundation
import Testing

/// Python's libraries, where the machine that tests has them.
enum Python {
    static let hasTransformers = has("transformers") && has("torch")
    static let transformersReason: Comment = "skipped: needs python3 with transformers and torch"

    /// Without importing it, which takes seconds.
    private static func has(_ module: String) -> Bool {
        (try? run("import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)", module).status)
            == 0
    }

    static func run(_ code: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code] + arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }
}
