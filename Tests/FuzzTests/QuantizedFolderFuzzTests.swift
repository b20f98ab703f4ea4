import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import Foundation
import Testing

/// Quantised folders with another label, header or weights: refused, or run to logits of some kind.
@Suite struct QuantizedFolderFuzzTests {
    private static let configuration: JSONValue = [
        "model_type": "deepseek_v2", "vocab_size": 24, "hidden_size": 40, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 16, "q_lora_rank": 16,
        "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "n_routed_experts": 4,
        "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 16, "first_k_dense_replace": 1,
        "topk_method": "greedy",
    ]

    /// The two files of a folder, the second in its parts.
    private struct Files {
        let configuration: JSONObject
        let header: [UInt8]
        let data: [UInt8]

        init(folder: String) throws {
            let json = try Checkpoint.readJSON(path: folder + "/config.json")
            configuration = json.object ?? [:]
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder + "/model.safetensors")))
            let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            header = Array(bytes[8..<8 + length])
            data = Array(bytes[(8 + length)...])
        }

        var configurationBytes: [UInt8] { Array(JSONValue.object(configuration).serialized().utf8) }

        static func weights(_ header: [UInt8], _ data: [UInt8]) -> [UInt8] {
            withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
        }

        /// The configuration with a label that is broken as a text.
        func relabelled(_ mutator: inout Mutator) -> [UInt8] {
            var members = configuration
            let label = mutator.mutate(Array((members["quantization_config"] ?? .null).serialized().utf8))
            members["quantization_config"] = "LABEL"
            let text = JSONValue.object(members).serialized().split(separator: "\"LABEL\"", maxSplits: 1)
            return Array((text.first ?? "").utf8) + label + Array((text.last ?? "").utf8)
        }
    }

    private let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")

    private func samples() throws -> [Files] {
        let source = folder.appending(path: "source").path
        try RandomCheckpoint.write(Self.configuration, to: source)
        return try QuantizationFormat.allCases.map { format in
            let path = folder.appending(path: format.rawValue).path
            try CheckpointQuantizer(Checkpoint(folder: source), format: format).write(to: path)
            return try Files(folder: path)
        }
    }

    @Test func brokenFoldersAreRefusedOrRun() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let samples = try samples()
        let model = folder.appending(path: "model")
        try FileManager.default.createDirectory(at: model, withIntermediateDirectories: true)
        var mutator = Mutator(seed: 81)
        var ran = 0
        for iteration in 0..<Mutator.iterations {
            let files = samples[iteration % samples.count]
            var (configuration, header, data) = (files.configurationBytes, files.header, files.data)
            switch mutator.below(4) {
            case 0: configuration = files.relabelled(&mutator)
            case 1: configuration = mutator.mutate(configuration)
            case 2: header = mutator.mutate(header)
            default:
                // Scales and elements of every kind; the size stays.
                for _ in 0...mutator.below(64) {
                    data[mutator.below(data.count)] = UInt8(truncatingIfNeeded: mutator.next())
                }
            }
            try Data(configuration).write(to: model.appending(path: "config.json"))
            try Data(Files.weights(header, data)).write(to: model.appending(path: "model.safetensors"))
            if try run(model.path, arithmetic: iteration % 2 == 0 ? .int8 : .float32) { ran += 1 }
        }
        #expect(ran > Mutator.iterations / 8)
    }

    /// Whether the model opens; then a prompt and a token after it are computed.
    private func run(_ path: String, arithmetic: ArithmeticType) throws -> Bool {
        guard let network = try? DecoderModel(Checkpoint(folder: path)) else { return false }
        let workspace = try Workspace(
            network.configuration, options: ForwardOptions(arithmetic: arithmetic), maximumRows: 4,
            instructionSet: InstructionSet.available.last ?? .scalar, threads: 1)
        let cache = try LatentCache(layout: network.cacheLayout(arithmetic), tokens: 8)
        let sequence = cache.makeSequence()
        defer { cache.release(sequence) }
        for ids in [[1, 2, 3], [4]] as [[Int32]] {
            var batch = Batch()
            batch.append(ids[...], to: sequence, logits: .last)
            // A mutated configuration may have fewer tokens or positions.
            guard let logits = try? network.forward(batch, cache: cache, workspace: workspace) else { return true }
            #expect(logits.count == network.configuration.vocabularySize)
        }
        return true
    }
}
