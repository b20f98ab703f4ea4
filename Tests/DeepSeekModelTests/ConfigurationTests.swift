import DeepSeekJSON
import DeepSeekModel
import Testing

@Suite struct ConfigurationTests {
    /// V2-Lite's, as published.
    static let sound: JSONValue = [
        "model_type": "deepseek_v2", "vocab_size": 102_400, "hidden_size": 2_048, "num_hidden_layers": 27,
        "num_attention_heads": 16, "intermediate_size": 10_944, "max_position_embeddings": 163_840,
        "q_lora_rank": nil, "kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128,
        "n_routed_experts": 64, "n_shared_experts": 2, "num_experts_per_tok": 6, "moe_intermediate_size": 1_408,
        "topk_method": "greedy", "first_k_dense_replace": 1, "rms_norm_eps": 1e-6, "rope_theta": 10_000,
        "rope_scaling": [
            "type": "yarn", "factor": 40, "original_max_position_embeddings": 4_096, "mscale": 0.707,
            "mscale_all_dim": 0.707,
        ],
    ]

    static func changed(_ changes: [String: JSONValue]) -> JSONValue {
        guard case .object(var object) = sound else { return sound }
        for (key, value) in changes { object[key] = value }
        return .object(object)
    }

    @Test func readsThePublishedOne() throws {
        let configuration = try ModelConfiguration(Self.sound)
        #expect(configuration.cacheWidth * configuration.layers == 15_552)
        #expect(configuration.mixture?.isMixture(layer: 0) == false)
        #expect(configuration.mixture?.isMixture(layer: 1) == true)
        guard case .latent(let latent) = configuration.attention else {
            Issue.record("the attention is not latent")
            return
        }
        #expect(latent.queryRank == nil && latent.queryWidth == 192)
    }

    @Test(
        arguments: [
            ("hidden_size", -1), ("hidden_size", 0), ("hidden_size", 1_000_000_000_000), ("hidden_size", "2048"),
            ("num_hidden_layers", 1e300), ("num_hidden_layers", 27.5), ("vocab_size", nil), ("vocab_size", -5),
            ("kv_lora_rank", []), ("qk_rope_head_dim", 63), ("num_experts_per_tok", 65), ("n_routed_experts", 0),
            ("moe_layer_freq", 0), ("first_k_dense_replace", -1), ("rope_theta", 0), ("rope_theta", "x"),
            ("rms_norm_eps", -1), ("rope_scaling", 5), ("rope_scaling", ["factor": 4]), ("norm_topk_prob", 1),
            ("rope_scaling", ["type": "yarn", "factor": 0.5, "original_max_position_embeddings": 4_096]),
            ("rope_scaling", ["type": "yarn", "factor": 4]), ("eos_token_id", "x"), ("eos_token_id", [1, -1]),
            ("routed_scaling_factor", 1e300),
        ] as [(String, JSONValue)])
    func refusesValuesThatCannotBe(key: String, value: JSONValue) {
        #expect { try ModelConfiguration(Self.changed([key: value]), path: "folder/config.json") } throws: { error in
            guard let error = error as? ModelError else { return false }
            return error.code == .invalidConfiguration && error.message.contains("folder/config.json")
        }
    }

    @Test func refusesContradictions() {
        let contradictions: [[String: JSONValue]] = [
            ["topk_method": "group_limited_greedy", "n_group": 7, "topk_group": 3],
            ["topk_method": "group_limited_greedy", "n_group": 8, "topk_group": 9],
            ["topk_method": "group_limited_greedy", "n_group": 64, "topk_group": 3],
            ["num_attention_heads": 65_536, "v_head_dim": 1_048_576],
            ["n_shared_experts": 1_024, "moe_intermediate_size": 1_048_576],
            ["model_type": "llama", "num_key_value_heads": 5],
            ["model_type": "llama", "num_attention_heads": 15],
        ]
        for changes in contradictions {
            #expect { try ModelConfiguration(Self.changed(changes)) } throws: {
                ($0 as? ModelError)?.code == .invalidConfiguration
            }
        }
    }

    /// Every value as large as it may be: parameters and memory can still be counted.
    @Test func theLargestConfigurationCanBeInspected() throws {
        let configuration = try ModelConfiguration(
            Self.changed([
                "vocab_size": 16_777_216, "hidden_size": 1_048_576, "num_hidden_layers": 10_000,
                "num_attention_heads": 65_536, "intermediate_size": 1_048_576,
                "max_position_embeddings": 1_073_741_824,
                "q_lora_rank": 1_048_576, "kv_lora_rank": 1_048_576, "qk_nope_head_dim": 30, "qk_rope_head_dim": 2,
                "v_head_dim": 32, "n_routed_experts": 26, "num_experts_per_tok": 26, "n_shared_experts": 4,
                "moe_intermediate_size": 1_048_576, "first_k_dense_replace": 0,
            ]))
        let inventory = ParameterInventory(configuration)
        #expect(inventory.total > 1 << 59 && inventory.total < Int.max / 4)
        #expect(inventory.active > 1 << 59)
        #expect(CacheComparison(configuration, format: .float32).expandedBytesPerToken > 1 << 30)
        let forecast = MemoryForecast(
            configuration, weightBytes: 0, arithmetic: .float32, context: 1 << 30, rows: 65_536, threads: 1_024)
        #expect(forecast.cache > 1 << 60 && forecast.workspace > 1 << 40)
    }

    @Test func namesWhatIsNotSupported() {
        let features: [[String: JSONValue]] = [
            ["topk_method": "noaux_tc"], ["scoring_func": "sigmoid"], ["hidden_act": "gelu"],
            ["rope_scaling": ["type": "dynamic", "factor": 2]], ["quantization_config": ["quant_method": "fp8"]],
            ["model_type": "llama", "mlp_bias": true],
        ]
        for changes in features {
            #expect { try ModelConfiguration(Self.changed(changes)) } throws: {
                ($0 as? ModelError)?.code == .unsupportedFeature
            }
        }
        for kind in ["mistral", "deepseek_v3"] as [JSONValue] {
            #expect { try ModelConfiguration(Self.changed(["model_type": kind])) } throws: { error in
                guard let error = error as? ModelError else { return false }
                return error.code == .unsupportedArchitecture && error.message.contains("deepseek_v2, llama")
            }
        }
        #expect(throws: ModelError.self) { try ModelConfiguration([1, 2]) }
        #expect(throws: ModelError.self) { try ModelConfiguration([:]) }
    }

    @Test func readsTheFormOfTransformers5() throws {
        let configuration = try ModelConfiguration(
            Self.changed([
                "rope_scaling": nil, "rope_theta": nil,
                "rope_parameters": [
                    "rope_type": "yarn", "rope_theta": 50_000, "factor": 40, "original_max_position_embeddings": 4_096,
                ],
            ]))
        #expect(configuration.rotary.base == 50_000)
        guard case .yarn(let yarn) = configuration.rotary.scaling else {
            Issue.record("the scaling is not YaRN")
            return
        }
        #expect(yarn.mscale == 1 && yarn.mscaleAllDimensions == 0 && yarn.betaFast == 32)
    }

    @Test func acceptsTheEarlySpelling() throws {
        #expect(try ModelConfiguration(Self.changed(["topk_method": "gready"])).mixture?.selection == .greedy)
    }
}
