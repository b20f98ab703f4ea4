import ConstraintSamples
import DeepSeekBenchmarking
import DeepSeekInference
import DeepSeekJSON
import Foundation

/// A network of random weights with the tokenizer of ``TestVocabulary``.
final class ConstrainedModel {
    private let folder: URL
    let model: LanguageModel

    init(layers: Int = 2) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "constrained-\(UUID().uuidString)")
        let configuration: JSONValue = [
            "model_type": "deepseek_v2", "vocab_size": .integer(TestVocabulary.size), "hidden_size": 32,
            "num_hidden_layers": .integer(layers), "num_attention_heads": 2, "intermediate_size": 32,
            "max_position_embeddings": 8_192, "q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 8,
            "qk_rope_head_dim": 8, "v_head_dim": 8, "n_routed_experts": 4, "num_experts_per_tok": 2,
            "n_shared_experts": 1, "moe_intermediate_size": 16, "first_k_dense_replace": 1, "topk_method": "greedy",
            "eos_token_id": .integer(Int(TestVocabulary.end)),
        ]
        try RandomCheckpoint.write(configuration, to: folder.path)
        try Data(TestVocabulary.json.serialized().utf8).write(to: folder.appending(path: "tokenizer.json"))
        try Data("{}".utf8).write(to: folder.appending(path: "tokenizer_config.json"))
        model = try LanguageModel.load(folder.path, options: LoadOptions(threads: 1, contextLength: 8_192))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }
}
