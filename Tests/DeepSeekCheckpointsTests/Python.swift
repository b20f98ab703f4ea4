import Foundation
import Testing

/// The Python libraries that define the formats, where the machine that tests has them.
enum Python {
    static let hasSafetensors = succeeds("import safetensors.numpy")
    static let hasTorch = succeeds("import torch")
    static let safetensorsReason: Comment = "needs python3 with safetensors and numpy"
    static let torchReason: Comment = "needs python3 with torch"

    private static func succeeds(_ code: String) -> Bool { (try? run(code).status) == 0 }

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
