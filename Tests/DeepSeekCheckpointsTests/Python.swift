import Foundation
import Testing

/// The Python libraries that define the formats, where the machine that tests has them.
enum Python {
    static let hasSafetensors = has("safetensors") && has("numpy")
    static let hasTorch = has("torch")
    static let safetensorsReason: Comment = "needs python3 with safetensors and numpy"
    static let hasGGUF = has("gguf") && has("numpy")
    static let ggufReason: Comment = "needs python3 with gguf and numpy"
    static let torchReason: Comment = "needs python3 with torch"

    /// Without importing it, which takes seconds.
    private static func has(_ module: String) -> Bool {
        (try? run("import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)", module).status)
            == 0
    }

    @discardableResult
    static func run(_ code: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
