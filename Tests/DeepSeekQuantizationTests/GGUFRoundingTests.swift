import Foundation
import Testing

/// The comparison is a comparison only if it is what the format's own package makes.
@Suite struct GGUFRoundingTests {
    private static func python(_ code: String, _ arguments: String...) -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code] + arguments
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        guard (try? process.run()) != nil else { return (127, "there is no python3") }
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    private static let hasGGUF =
        python("import importlib.util as u, sys; sys.exit(u.find_spec('gguf') is None)").status == 0

    @Test(.enabled(if: hasGGUF, "needs python3 with gguf")) func isWhatThePackageMakes() throws {
        let folder = try TemporaryFolder()
        var random = RandomNumbers()
        let weights = (0..<4096).map { _ in random.next() }
        try weights.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.file("weights"))) }
        let result = Self.python(
            """
            import sys, numpy as np
            from gguf import GGMLQuantizationType as Kind, quants
            weights = np.fromfile(sys.argv[1] + "/weights", dtype=np.float32).reshape(-1, 64)
            quants.dequantize(quants.quantize(weights, Kind.Q4_0), Kind.Q4_0).astype(np.float32).tofile(sys.argv[1] + "/values")
            """, folder.path)
        try #require(result.status == 0, "\(result.output)")
        let expected = try Data(contentsOf: URL(filePath: folder.file("values"))).withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        let isEqual = GGUFRounding.q4(rows: weights) == expected
        #expect(isEqual)
    }
}
