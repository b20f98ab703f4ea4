import DeepSeekJSON
import DeepSeekModel
import Testing

@Suite struct ConfigurationFuzzTests {
    @Test func mutatedConfigurationsAreReadOrRefused() {
        var mutator = Mutator(seed: 11)
        let sound = Array(
            """
            {"model_type": "deepseek_v2", "vocab_size": 512, "hidden_size": 64, "num_hidden_layers": 5,
             "num_attention_heads": 4, "intermediate_size": 128, "max_position_embeddings": 2048, "q_lora_rank": 48,
             "kv_lora_rank": 32, "qk_nope_head_dim": 24, "qk_rope_head_dim": 16, "v_head_dim": 20, "n_group": 4,
             "n_routed_experts": 16, "n_shared_experts": 1, "num_experts_per_tok": 3, "moe_intermediate_size": 32,
             "topk_method": "group_limited_greedy", "topk_group": 3, "moe_layer_freq": 2, "rms_norm_eps": 1e-3,
             "rope_scaling": {"type": "yarn", "factor": 8, "beta_fast": 32, "beta_slow": 1, "mscale": 1.0,
             "mscale_all_dim": 0.5, "original_max_position_embeddings": 256}, "eos_token_id": [1, 2]}
            """.utf8)
        var read = 0
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.mutate(sound)
            guard let json = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
                let configuration = try? ModelConfiguration(json)
            else { continue }
            read += 1
            // What is accepted can be worked with: no size overflows.
            #expect(configuration.cacheWidth > 0)
            #expect(ParameterInventory(configuration).total > 0)
            _ = MemoryForecast(
                configuration, weightBytes: 0, arithmetic: .float32, context: configuration.maximumPositions, threads: 2
            )
        }
        #expect(read > 0)
    }
}
