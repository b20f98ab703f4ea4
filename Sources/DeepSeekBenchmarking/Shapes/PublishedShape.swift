import DeepSeekJSON

/// A published configuration, of which layers and experts may be cut to what a machine holds.
public enum PublishedShape: String, Sendable, CaseIterable {
    case v2Lite = "v2-lite"
    case v2
    case dense67B = "67b"

    /// The published number of layers.
    public var layers: Int {
        switch self {
        case .v2Lite: 27
        case .v2: 60
        case .dense67B: 95
        }
    }

    /// Routed experts of a layer; 0 for the dense family.
    public var experts: Int {
        switch self {
        case .v2Lite: 64
        case .v2: 160
        case .dense67B: 0
        }
    }

    /// What `config.json` holds.
    ///
    /// - Parameters:
    ///   - layers: nil for as many as published.
    ///   - experts: nil for as many as published; a multiple of V2's 8 devices.
    public func configuration(layers: Int? = nil, experts: Int? = nil) -> JSONValue {
        let experts = experts ?? self.experts
        var members: [(String, JSONValue)] = [
            ("num_hidden_layers", .integer(layers ?? self.layers)), ("vocab_size", 102_400), ("rms_norm_eps", 1e-6),
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
                    ("n_routed_experts", .integer(experts)), ("topk_method", "greedy"), ("n_group", 1),
                    ("topk_group", 1),
                    ("routed_scaling_factor", 1.0),
                ]
        case .v2:
            members +=
                Self.deepseekV2 + [
                    ("hidden_size", 5_120), ("num_attention_heads", 128), ("num_key_value_heads", 128),
                    ("q_lora_rank", 1_536), ("intermediate_size", 12_288), ("moe_intermediate_size", 1_536),
                    ("n_routed_experts", .integer(experts)), ("topk_method", "group_limited_greedy"), ("n_group", 8),
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
