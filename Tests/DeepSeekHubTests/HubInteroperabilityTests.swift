import DeepSeekHub
import Foundation
import Testing

/// The same cache seen by the Python package of the Hub.
@Suite struct HubInteroperabilityTests {
    static let hasPackage = (try? python("import huggingface_hub"))?.status == 0

    static func python(_ code: String, _ variables: [String: String] = [:]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", code]
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test(.enabled(if: hasPackage, "needs Python with the package huggingface_hub"))
    func pythonFindsWhatWasPulled() async throws {
        let model = FakeModel()
        try await HubTrial.run(answering: { request, _ in model.answer(request) }) { trial in
            let snapshot = try await trial.pull()
            let code = """
                from huggingface_hub import snapshot_download, try_to_load_from_cache
                print(snapshot_download("someone/tiny", local_files_only=True))
                print(try_to_load_from_cache("someone/tiny", "model.safetensors"))
                """
            let result = try Self.python(code, ["HF_HUB_CACHE": trial.cacheFolder, "HF_HUB_OFFLINE": "1"])
            #expect(result.status == 0)
            #expect(result.output == "\(snapshot)\n\(snapshot)/model.safetensors\n")
        }
    }
}
