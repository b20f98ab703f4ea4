import DeepSeekCheckpoints
import DeepSeekModel
import Foundation
import Testing

/// Reference checkpoints written as GGUF, and opened again.
@Suite(.enabled(if: Golden.isPresent, Golden.reason)) struct GGUFGoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var weights = GGUFCopy.Weights.float32
        var isLegacy = false

        var testDescription: String { "\(name), \(weights)\(isLegacy ? ", attn_kv_b" : "")" }
    }

    private static let names = ["llama-gqa-tiny", "v2-tiny", "v2-lite-tiny", "v2-norope-tiny"]
    private static let cases =
        names.map { Case(name: $0) } + names.map { Case(name: $0, weights: .q8) }
        + names.dropFirst().map { Case(name: $0, isLegacy: true) }

    private func logits(_ checkpoint: Checkpoint, _ ids: [Int32]) throws -> [Float] {
        let runner = try ModelRunner(DecoderModel(checkpoint), capacity: 256)
        return try runner.logits(ids, rows: Array(ids.indices), chunk: 64)
    }

    @Test(arguments: cases) func logitsAreThoseOfTheFolder(item: Case) throws {
        var copy = try GGUFCopy("\(Golden.folder)/\(item.name)/fp32")
        (copy.weights, copy.isLegacy) = (item.weights, item.isLegacy)
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(copy.bytes()).write(to: URL(filePath: path))
        let checkpoint = try Checkpoint(folder: path)
        #expect(checkpoint.isPacked == (item.weights == .q8))

        let ids = try #require(Golden(name: item.name, type: "fp32").prompts().first).ids
        let expected = try logits(copy.checkpoint, ids)
        let found = try logits(checkpoint, ids)
        switch item.weights {
        case .float32: #expect(found == expected)
        case .q8:
            // Weights of eight bits, arithmetic in float32. A choice of experts may fall otherwise at one token.
            let error = zip(found, expected).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
            let size = expected.reduce(0) { $0 + Double($1) * Double($1) }
            #expect(error.squareRoot() < 0.05 * size.squareRoot())
        }
    }
}
