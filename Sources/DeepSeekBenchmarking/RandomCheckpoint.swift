import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// Checkpoints of published shapes with random weights, for measuring speed where no trained weights are at hand.
public enum RandomCheckpoint {
    /// A published configuration, of which the number of layers may be cut.
    public enum Shape: String, Sendable, CaseIterable {
        case v2Lite = "v2-lite"
        case v2
        case dense67B = "dense-67b"

        /// The published number of layers.
        public var layers: Int {
            switch self {
            case .v2Lite: 27
            case .v2: 60
            case .dense67B: 95
            }
        }

        /// What `config.json` holds, with so many layers.
        public func configuration(layers: Int) -> JSONValue {
            var members: [(String, JSONValue)] = [
                ("num_hidden_layers", .integer(layers)), ("vocab_size", 102_400), ("rms_norm_eps", 1e-6),
                ("rope_theta", 10_000), ("hidden_act", "silu"), ("attention_bias", false),
                ("tie_word_embeddings", false), ("bos_token_id", 100_000), ("eos_token_id", 100_001),
                ("torch_dtype", "bfloat16"),
            ]
            switch self {
            case .v2Lite:
                members +=
                    Self.deepseekV2 + [
                        ("hidden_size", 2_048), ("num_attention_heads", 16), ("num_key_value_heads", 16),
                        ("q_lora_rank", .null), ("intermediate_size", 10_944), ("moe_intermediate_size", 1_408),
                        ("n_routed_experts", 64), ("topk_method", "greedy"), ("n_group", 1), ("topk_group", 1),
                        ("routed_scaling_factor", 1.0),
                    ]
            case .v2:
                members +=
                    Self.deepseekV2 + [
                        ("hidden_size", 5_120), ("num_attention_heads", 128), ("num_key_value_heads", 128),
                        ("q_lora_rank", 1_536), ("intermediate_size", 12_288), ("moe_intermediate_size", 1_536),
                        ("n_routed_experts", 160), ("topk_method", "group_limited_greedy"), ("n_group", 8),
                        ("topk_group", 3), ("routed_scaling_factor", 16.0),
                    ]
            case .dense67B:
                members += [
                    ("architectures", ["LlamaForCausalLM"]), ("model_type", "llama"), ("hidden_size", 8_192),
                    ("num_attention_heads", 64), ("num_key_value_heads", 8), ("intermediate_size", 22_016),
                    ("max_position_embeddings", 4_096),
                ]
            }
            return .object(.init(uniqueKeysWithValues: members))
        }

        /// What V2 and V2-Lite share.
        private static let deepseekV2: [(String, JSONValue)] = [
            ("architectures", ["DeepseekV2ForCausalLM"]), ("model_type", "deepseek_v2"), ("kv_lora_rank", 512),
            ("qk_nope_head_dim", 128), ("qk_rope_head_dim", 64), ("v_head_dim", 128), ("n_shared_experts", 2),
            ("num_experts_per_tok", 6), ("first_k_dense_replace", 1), ("moe_layer_freq", 1),
            ("norm_topk_prob", false), ("scoring_func", "softmax"), ("max_position_embeddings", 163_840),
            (
                "rope_scaling",
                [
                    "type": "yarn", "factor": 40, "original_max_position_embeddings": 4_096, "beta_fast": 32,
                    "beta_slow": 1, "mscale": 0.707, "mscale_all_dim": 0.707,
                ]
            ),
        ]
    }

    /// Writes a checkpoint folder with bfloat16 weights, one tensor at a time.
    ///
    /// - Parameter progress: bytes written so far, and of how many.
    public static func write(
        _ configuration: JSONValue, to folder: String, seed: UInt64 = 1, progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let inventory = ParameterInventory(try ModelConfiguration(configuration))
        let descriptions = inventory.tensors.map {
            TensorDescription(name: $0.name, elementType: .bfloat16, shape: $0.shape)
        }
        let writer = try CheckpointWriter(folder: folder, configuration: configuration, tensors: descriptions)
        var generator = BFloat16Generator(state: seed)
        let total = inventory.total * 2
        var written = 0
        var chunk = [UInt16](repeating: 0, count: 1 << 20)
        for tensor in inventory.tensors {
            var left = tensor.count
            while left > 0 {
                let count = min(left, chunk.count)
                if tensor.part == .norms {
                    for index in 0..<count { chunk[index] = 0x3F80 }  // 1
                } else {
                    generator.fill(&chunk, count: count)
                }
                try chunk.withUnsafeBytes {
                    try writer.write(UnsafeRawBufferPointer(rebasing: $0[..<(count * 2)]), to: tensor.name)
                }
                left -= count
                written += count * 2
                progress(written, total)
            }
        }
        try writer.finish()
    }

    /// Numbers of either sign between 1/64 and 1/32: about the size of a trained network's weights.
    private struct BFloat16Generator {
        var state: UInt64

        mutating func fill(_ values: inout [UInt16], count: Int) {
            for index in 0..<count {
                if index % 4 == 0 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                }
                // Exponent 121 of 127; sign and seven bits of fraction are random.
                let bits = UInt16(truncatingIfNeeded: state >> (UInt64(index % 4) * 8 + 32))
                values[index] = 0x3C80 | (bits & 0x7F) | (bits & 0x80) << 8
            }
        }
    }
}
