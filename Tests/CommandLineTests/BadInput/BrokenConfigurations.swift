import DeepSeekJSON

/// A `config.json` that cannot be, and files beside it.
enum BrokenConfigurations {
    static let values: [BadInput] = [
        .configuration("hidden_size", -1, saying: "\"hidden_size\" is -1", "from 1 to"),
        .configuration("hidden_size", 0, saying: "\"hidden_size\" is 0", "from 1 to"),
        .configuration("hidden_size", 1_000_000_000_000, saying: "\"hidden_size\" is 1000000000000", "from 1 to"),
        .configuration("hidden_size", "32", saying: "\"hidden_size\" must be an integer", "a string"),
        .configuration("hidden_size", nil, saying: "\"hidden_size\" is missing"),
        .configuration("vocab_size", 1_000_000_000_000, saying: "\"vocab_size\" is 1000000000000", "from 1 to"),
        .configuration("num_hidden_layers", 1_000_000_000_000, saying: "\"num_hidden_layers\" is 1000000000000"),
        .configuration("num_hidden_layers", 2.5, saying: "\"num_hidden_layers\" must be an integer"),
        .configuration("n_routed_experts", 1_000_000_000_000, saying: "\"n_routed_experts\" is 1000000000000"),
        .configuration(
            "max_position_embeddings", 1_000_000_000_000, saying: "\"max_position_embeddings\" is 1000000000000"),
        .configuration("rope_theta", -5, saying: "\"rope_theta\" is -5", "from"),
        .configuration("routed_scaling_factor", 1e300, saying: "\"routed_scaling_factor\" is 1e+300"),
        .configuration("eos_token_id", [1, -2], saying: "\"eos_token_id\" must be a token id or a list"),
    ]

    static let contradictions: [BadInput] = [
        .configuration(
            "num_experts_per_tok", 9, saying: "\"num_experts_per_tok\" (9) exceeds \"n_routed_experts\" (4)"),
        .configuration("qk_rope_head_dim", 7, saying: "\"qk_rope_head_dim\" is 7", "even"),
        .configuration(
            "rope_scaling", ["type": "yarn", "factor": 2, "original_max_position_embeddings": 9, "beta_fast": 0.5],
            saying: "\"rope_scaling\"", "\"beta_fast\" is less than \"beta_slow\""),
        BadInput(
            "config.json: shared experts of 2^30", run: BadInput.inspect,
            saying: ["MODEL/config.json: \"n_shared_experts\" (1024)", "wider than 4194304"]
        ) {
            try $0.set("n_shared_experts", to: 1_024, in: "config.json")
            try $0.set("moe_intermediate_size", to: 1_048_576, in: "config.json")
        },
        BadInput(
            "config.json: heads of 2^36", run: BadInput.inspect,
            saying: ["MODEL/config.json: \"num_attention_heads\" (65536)", "wider than 4194304"]
        ) {
            try $0.set("num_attention_heads", to: 65_536, in: "config.json")
            try $0.set("v_head_dim", to: 1_048_576, in: "config.json")
        },
        BadInput(
            "config.json of another network", saying: ["MODEL/model.safetensors: tensor \"", "asks for [264, 64]"]
        ) {
            try $0.set("hidden_size", to: 64, in: "config.json")
        },
        BadInput("config.json with a layer more", saying: ["MODEL: tensor \"model.layers.2.", "is missing"]) {
            try $0.set("num_hidden_layers", to: 3, in: "config.json")
        },
        BadInput("config.json with a layer less", saying: ["tensor \"model.layers.1.", "no place in the network"]) {
            try $0.set("num_hidden_layers", to: 1, in: "config.json")
        },
    ]

    static let unknown: [BadInput] = [
        .configuration("model_type", "mamba", saying: "\"mamba\" is not supported; supported: deepseek_v2, llama"),
        .configuration("model_type", nil, saying: "\"model_type\" is missing; supported: deepseek_v2, llama"),
        .configuration("topk_method", "noaux_tc", saying: "\"topk_method\" is \"noaux_tc\"; known: greedy"),
        .configuration("scoring_func", "sigmoid", saying: "\"scoring_func\" is \"sigmoid\"", "\"softmax\""),
        .configuration("hidden_act", "gelu", saying: "\"hidden_act\" is \"gelu\"; only \"silu\""),
        .configuration("rope_scaling", ["type": "dynamic"], saying: "\"dynamic\"", "known: default, linear, yarn"),
        .configuration(
            "quantization_config", ["quant_method": "awq"], saying: "quantised by \"awq\"", "use the float32, float16"),
        .configuration(
            "quantization_config", ["quant_method": "fp8"], saying: "\"weight_block_size\"", "[128, 128]"),
    ]

    static let files: [BadInput] = [
        BadInput(
            "no folder", run: ["inspect", "--model", "MODEL/none"], saying: ["MODEL/none: there is no such folder"]),
        BadInput("no config.json", saying: ["MODEL/config.json: No such file"]) { try $0.remove("config.json") },
        BadInput(
            "config.json that is not JSON", saying: ["MODEL/config.json: ", "line 2, column 3", "correct the file"]
        ) {
            try $0.write("{\n  oops", as: "config.json")
        },
        BadInput("config.json with a key twice", saying: ["MODEL/config.json: ", "line 1", "\"a\" occurs twice"]) {
            try $0.write(#"{"a": 1, "a": 2}"#, as: "config.json")
        },
        BadInput("config.json that is a list", saying: ["MODEL/config.json: ", "an array, not an object"]) {
            try $0.write("[]", as: "config.json")
        },
        BadInput("bottomless config.json", saying: ["MODEL/config.json: ", "nested more than 256 deep"]) {
            try $0.write(String(repeating: "[", count: 100_000), as: "config.json")
        },
        BadInput("generation_config.json", saying: ["MODEL/generation_config.json: ", "temperature"]) {
            try $0.write(#"{"temperature": -1}"#, as: "generation_config.json")
        },
    ]
}
