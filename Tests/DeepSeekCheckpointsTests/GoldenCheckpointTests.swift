import DeepSeekCheckpoints
import Foundation
import Testing

/// The reference checkpoints that lie beside the package.
enum Goldens {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/goldens").path
    static let names = ["v2-tiny", "v2-lite-tiny", "v2-norope-tiny", "v2-quirks-tiny", "llama-gqa-tiny"]
    static let isPresent = FileManager.default.fileExists(atPath: folder)
    static let reason: Comment = "needs ../shared/goldens"
}

@Suite(.enabled(if: Goldens.isPresent, Goldens.reason)) struct GoldenCheckpointTests {
    @Test(arguments: Goldens.names, ["fp32", "bf16"])
    func opens(name: String, type: String) throws {
        let checkpoint = try Checkpoint(folder: "\(Goldens.folder)/\(name)/\(type)")
        let vocabulary = try #require(checkpoint.configuration["vocab_size"]?.integer)
        let width = try #require(checkpoint.configuration["hidden_size"]?.integer)
        let embedding = try checkpoint.tensor(named: "model.embed_tokens.weight", shape: [vocabulary, width])
        #expect(embedding.elementType == (type == "fp32" ? .float32 : .bfloat16))
        #expect(embedding.count == vocabulary * width)
        #expect(checkpoint.generationConfiguration != nil)
        #expect(checkpoint.files.count == (name == "v2-tiny" && type == "bf16" ? 3 : 1))
        try checkpoint.refuseSurplus(expected: Set(checkpoint.tensorNames))
        #expect(
            checkpoint.byteCount
                == checkpoint.tensorNames.reduce(0) { $0 + (checkpoint.tensor(named: $1)?.bytes.count ?? 0) })
    }

    @Test(arguments: Goldens.names) func expectedResultsOpen(name: String) throws {
        let file = try TensorFile(path: "\(Goldens.folder)/\(name)/golden_fp32.safetensors")
        #expect(file.tensor(named: "p0.logits")?.elementType == .float32)
        #expect(file.tensor(named: "p0.greedy")?.shape == [32])
    }
}
