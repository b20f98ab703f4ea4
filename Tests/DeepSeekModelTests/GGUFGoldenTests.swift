import DeepSeekCheckpoints
import DeepSeekModel
import Foundation
import Testing
import WeightTestSupport

/// Reference checkpoints written as GGUF, and opened again.
@Suite(.enabled(if: Golden.isPresent, Golden.reason)) struct GGUFGoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var weights = GGUFCopy.Weights.float32
        var isLegacy = false

        var testDescription: String { "\(name), \(weights)\(isLegacy ? ", attn_kv_b" : "")" }
    }

    private static let names = ["llama-gqa-tiny", "v2-tiny", "v2-lite-tiny", "v2-norope-tiny"]

    private static func cases(_ weights: GGUFCopy.Weights) -> [Case] {
        names.map { Case(name: $0, weights: weights) }
            + names.dropFirst().map { Case(name: $0, weights: weights, isLegacy: true) }
    }

    private let folder = FileManager.default.temporaryDirectory.appending(path: "gguf-\(UUID().uuidString)")

    /// The reference checkpoint, and its copy in GGUF, opened.
    private func open(_ item: Case) throws -> (original: Checkpoint, copy: Checkpoint) {
        var copy = try GGUFCopy("\(Golden.folder)/\(item.name)/fp32")
        (copy.weights, copy.isLegacy) = (item.weights, item.isLegacy)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "model.gguf")
        try Data(copy.bytes()).write(to: path)
        return (copy.checkpoint, try Checkpoint(folder: path.path))
    }

    private func logits(_ checkpoint: Checkpoint, _ name: String) throws -> [Float] {
        let runner = try ModelRunner(DecoderModel(checkpoint), capacity: 256)
        let ids = try #require(Golden(name: name, type: "fp32").prompts().first).ids
        return try runner.logits(ids, rows: Array(ids.indices), chunk: 64)
    }

    @Test(arguments: cases(.float32)) func logitsAreThoseOfTheFolder(item: Case) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (original, copy) = try open(item)
        #expect(!copy.isPacked)
        let isEqual = try logits(copy, item.name) == logits(original, item.name)
        #expect(isEqual)
    }

    /// Only the weights are rounded: with the numbers that they stand for in float32, the same logits come out.
    @Test(arguments: cases(.q8)) func quantizedLogitsAreThoseOfTheWeights(item: Case) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (_, copy) = try open(item)
        #expect(copy.isPacked)
        let difference = try largestDifference(logits(copy, item.name), logits(copy.dequantized(), item.name))
        #expect(difference < GoldenTests.tolerance)
    }

    /// What the network takes is what the file holds, and what 'deepseek convert' writes: to the bit, but for W^UK in
    /// files that hold it transposed. Its groups then run the other way, and it is rounded again, by at most half of a
    /// 127th of a group's largest weight, and a 2048th of it for the scale in float16.
    @Test(arguments: cases(.q8)) func weightsAreThoseOfTheFile(item: Case) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (_, copy) = try open(item)
        let target = folder.appending(path: "converted").path
        try GGUFConversion.convert(copy.folder, to: target, elementType: .float32)
        let converted = try Checkpoint(folder: target)
        for entry in try ParameterInventory(ModelConfiguration(copy.configuration)).tensors {
            let expected = try converted.numbers(of: entry.name, shape: entry.shape)
            let found = try copy.numbers(of: entry.name, shape: entry.shape)
            guard entry.name.hasSuffix("kv_b_proj.weight"), !item.isLegacy else {
                let isEqual = found == expected
                #expect(isEqual, "\(entry.name)")
                continue
            }
            let columns = entry.shape[1]
            for first in stride(from: 0, to: expected.count, by: columns) {
                for group in stride(from: first, to: first + columns, by: 32) {
                    let range = group..<min(group + 32, first + columns)
                    let largest = expected[range].reduce(0) { max($0, abs($1)) }
                    let error = range.reduce(0) { max($0, abs(found[$1] - expected[$1])) }
                    #expect(error <= largest * (1 / 254 + 1 / 2048), "\(entry.name)")
                }
            }
        }
    }
}
