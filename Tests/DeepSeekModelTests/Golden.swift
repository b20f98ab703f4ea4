import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import Foundation
import Testing

/// A reference checkpoint beside the package, and what the reference implementations compute for it.
struct Golden: Sendable, CustomTestStringConvertible {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/goldens").path
    static let isPresent = FileManager.default.fileExists(atPath: folder)
    static let reason: Comment = "skipped: needs ../shared/goldens"

    /// Every checkpoint in both types.
    static let all = ["v2-tiny", "v2-lite-tiny", "v2-norope-tiny", "v2-quirks-tiny", "llama-gqa-tiny"].flatMap { name in
        ["fp32", "bf16"].map { Golden(name: name, type: $0) }
    }

    let name: String
    let type: String

    var testDescription: String { "\(name)/\(type)" }

    /// One prompt with what is expected.
    struct Prompt {
        let name: String
        let ids: [Int32]
        /// The rows whose logits are stored.
        let rows: [Int]
        /// `[rows, vocabulary]`.
        let logits: [Float]
        let greedy: [Int32]
    }

    func open() throws -> DecoderModel { try DecoderModel(Checkpoint(folder: "\(Self.folder)/\(name)/\(type)")) }

    func results() throws -> TensorFile { try TensorFile(path: "\(Self.folder)/\(name)/golden_\(type).safetensors") }

    func prompts() throws -> [Prompt] {
        let json = try Checkpoint.readJSON(path: "\(Self.folder)/\(name)/golden.json")
        let results = try results()
        return try #require(json["prompts"]?.object).compactMap { key, value in
            guard let logits = results.tensor(named: "\(key).logits") else { return nil }
            let ids = try #require(value["ids"]?.array).compactMap { $0.integer.map(Int32.init) }
            return Prompt(
                name: key, ids: ids, rows: value["logit_rows"]?.array?.compactMap(\.integer) ?? Array(ids.indices),
                logits: logits.values(of: Float.self),
                greedy: try #require(results.tensor(named: "\(key).greedy")).values(of: Int32.self))
        }
    }
}

extension StoredTensor {
    func values<Value: BitwiseCopyable>(of type: Value.Type) -> [Value] { Array(bytes.bindMemory(to: type)) }
}
