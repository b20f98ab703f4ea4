import DeepSeekTokenizer
import Foundation
import Testing

/// The PyPI package `tokenizers`, run in a process of its own.
enum ReferenceTokenizer {
    static let reason: Comment = "skipped: needs python3 with the package tokenizers"
    static let isPresent: Bool = (try? run(["-c", "import tokenizers"], input: Data()))?.status == 0

    static func ids(_ texts: [[UInt8]], tokenizer path: String) throws -> [[TokenID]] {
        var input = Data()
        for text in texts {
            withUnsafeBytes(of: UInt32(text.count).littleEndian) { input.append(contentsOf: $0) }
            input.append(contentsOf: text)
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "tokenizers_reference.py")
            .path
        let (status, output) = try run([script, path], input: input)
        try #require(status == 0)
        var lists: [[TokenID]] = []
        var position = 0
        output.withUnsafeBytes { bytes in
            while position + 4 <= bytes.count {
                let count = Int(bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
                lists.append(
                    (0..<count).map { bytes.loadUnaligned(fromByteOffset: position + 4 + 4 * $0, as: TokenID.self) })
                position += 4 + 4 * count
            }
        }
        return lists
    }

    /// Input and output go through files, so that neither side waits for the other.
    private static func run(_ arguments: [String], input: Data) throws -> (status: Int32, output: Data) {
        let base = FileManager.default.temporaryDirectory.appending(path: "tokenizers-\(UUID().uuidString)")
        let (inputFile, outputFile) = (base.appendingPathExtension("in"), base.appendingPathExtension("out"))
        defer {
            try? FileManager.default.removeItem(at: inputFile)
            try? FileManager.default.removeItem(at: outputFile)
        }
        try input.write(to: inputFile)
        try Data().write(to: outputFile)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: outputFile)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try Data(contentsOf: outputFile))
    }
}
