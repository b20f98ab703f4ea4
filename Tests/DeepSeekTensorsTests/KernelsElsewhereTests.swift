import Foundation
import Testing

/// Kernels of instruction sets that this machine lacks, under an emulator.
@Suite struct KernelsElsewhereTests {
    @Test(arguments: ["neon", "avx512"]) func areAsTheReferenceUnderAnEmulator(set: String) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Elsewhere/emulate")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", script.path, set]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        // 77 says that something is missing, and the text says what.
        if process.terminationStatus == 77 {
            print("KernelsElsewhereTests, \(set): \(text)")
        } else {
            #expect(process.terminationStatus == 0, "\(text)")
        }
    }
}
