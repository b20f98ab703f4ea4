import DeepSeekJSON
import Foundation

/// The metadata of a GGUF file as the `config.json` that says the same.
struct GGUFConfiguration {
    enum Architecture: String, CaseIterable {
        case deepseek2
        case llama
    }

    let file: GGUFFile
    let architecture: Architecture
    private let tensors: [String: GGUFWeight.Source]

    init(_ file: GGUFFile, tensors: [String: GGUFWeight.Source]) throws(CheckpointError) {
        self.file = file
        self.tensors = tensors
        guard let name = try file.string("general.architecture") else {
            throw file.error(.malformed, "the metadata names no \"general.architecture\"; is this a whole model?")
        }
        guard let architecture = Architecture(rawValue: name) else {
            let known = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.error(
                .unsupportedFormat, "architecture \(quoted(name)) is not supported; supported: \(known)")
        }
        self.architecture = architecture
    }

    // MARK: Members

    private func key(_ key: String) -> String { "\(architecture.rawValue).\(key)" }

    private func optional(_ name: String) throws(CheckpointError) -> Int? { try file.integer(key(name)) }

    private func integer(_ name: String) throws(CheckpointError) -> Int {
        guard let value = try optional(name) else {
            throw file.error(.malformed, "metadata \(quoted(key(name))) is missing; convert the model again")
        }
        return value
    }

    /// Width of a query or key of one head.
    func queryWidth() throws(CheckpointError) -> Int {
        switch architecture {
        case .deepseek2:
            // Files for the absorbed form give the width of the latent as "key_length".
            if let width = try optional("attention.key_length_mla") { return width }
            return try integer("attention.key_length")
        case .llama:
            if let width = try optional("attention.key_length") { return width }
            let (hidden, heads) = (try integer("embedding_length"), try integer("attention.head_count"))
            guard heads > 0, hidden.isMultiple(of: heads) else {
                throw file.error(.malformed, "\(heads) heads do not divide a width of \(hidden)")
            }
            return hidden / heads
        }
    }

    /// What `config.json` would hold.
    func json() throws(CheckpointError) -> JSONValue {
        guard let embedding = tensors["token_embd.weight"] else {
            throw file.error(
                .missingTensor, "tensor \"token_embd.weight\" is missing; the file holds no whole model")
        }
        var members: JSONObject = [
            "model_type": architecture == .deepseek2 ? "deepseek_v2" : "llama",
            "architectures": [architecture == .deepseek2 ? "DeepseekV2ForCausalLM" : "LlamaForCausalLM"],
            "vocab_size": .integer(embedding.tensor.rows),
            "hidden_size": .integer(try integer("embedding_length")),
            "num_hidden_layers": .integer(try integer("block_count")),
            "num_attention_heads": .integer(try integer("attention.head_count")),
            "intermediate_size": .integer(try integer("feed_forward_length")),
            "max_position_embeddings": .integer(try integer("context_length")),
            "tie_word_embeddings": .bool(tensors["output.weight"] == nil),
            "hidden_act": "silu",
        ]
        members["rms_norm_eps"] = try file.number(key("attention.layer_norm_rms_epsilon")).map(JSONValue.number)
        members["rope_theta"] = try file.number(key("rope.freq_base")).map(JSONValue.number)
        members["rope_scaling"] = try ropeScaling()
        members["bos_token_id"] = try file.integer("tokenizer.ggml.bos_token_id").map(JSONValue.integer)
        members["eos_token_id"] = try file.integer("tokenizer.ggml.eos_token_id").map(JSONValue.integer)
        switch architecture {
        case .deepseek2: try addLatent(&members)
        case .llama: try addGrouped(&members)
        }
        return .object(members)
    }

    /// The tokens that end an answer, if there are more than `config.json` says.
    func generationJSON() throws(CheckpointError) -> JSONValue? {
        guard let end = try file.integer("tokenizer.ggml.eos_token_id"),
            let turn = try file.integer("tokenizer.ggml.eot_token_id"), turn != end
        else { return Optional.none }
        return ["eos_token_id": [.integer(end), .integer(turn)]]
    }

    private func addLatent(_ members: inout JSONObject) throws(CheckpointError) {
        let rope = try integer("rope.dimension_count")
        let valueWidth =
            if let width = try optional("attention.value_length_mla") { width } else {
                try integer("attention.value_length")
            }
        members["num_key_value_heads"] = members["num_attention_heads"]
        members["q_lora_rank"] = try optional("attention.q_lora_rank").map(JSONValue.integer)
        members["kv_lora_rank"] = .integer(try integer("attention.kv_lora_rank"))
        members["qk_rope_head_dim"] = .integer(rope)
        members["qk_nope_head_dim"] = .integer(try queryWidth() &- rope)
        members["v_head_dim"] = .integer(valueWidth)
        guard let experts = try optional("expert_count"), experts > 0 else { return }
        members["n_routed_experts"] = .integer(experts)
        members["num_experts_per_tok"] = .integer(try integer("expert_used_count"))
        members["moe_intermediate_size"] = .integer(try integer("expert_feed_forward_length"))
        members["n_shared_experts"] = .integer(try optional("expert_shared_count") ?? 0)
        members["first_k_dense_replace"] = .integer(try optional("leading_dense_block_count") ?? 0)
        members["routed_scaling_factor"] = .number(try file.number(key("expert_weights_scale")) ?? 1)
        members["norm_topk_prob"] = .bool(try file.bool(key("expert_weights_norm")) ?? false)
        switch try optional("expert_gating_func") ?? 1 {
        case 1: members["scoring_func"] = "softmax"
        case 2: members["scoring_func"] = "sigmoid"
        case let other:
            throw file.error(.unsupportedFormat, "the experts' gate is function \(other), which is not known")
        }
        var groups = (try optional("expert_group_count") ?? 1, try optional("expert_group_used_count") ?? 1)
        // Files from before these keys existed: 160 experts are DeepSeek-V2, V2.5 or Coder-V2, published with these.
        if try optional("expert_group_count") == nil, experts == 160 { groups = (8, 3) }
        members["topk_method"] = groups.0 > 1 ? "group_limited_greedy" : "greedy"
        members["n_group"] = .integer(groups.0)
        members["topk_group"] = .integer(groups.1)
    }

    private func addGrouped(_ members: inout JSONObject) throws(CheckpointError) {
        guard try optional("expert_count") ?? 0 == 0 else {
            throw file.error(.unsupportedFormat, "LLaMA with experts (Mixtral) is not supported")
        }
        let width = try queryWidth()
        guard try optional("rope.dimension_count") ?? width == width else {
            throw file.error(.unsupportedFormat, "only a part of each head is rotated, which is not supported")
        }
        members["head_dim"] = .integer(width)
        members["num_key_value_heads"] =
            try optional("attention.head_count_kv").map(JSONValue.integer) ?? members["num_attention_heads"]
        members["attention_bias"] = .bool(tensors["blk.0.attn_q.bias"] != nil)
    }

    // MARK: Positions

    private func ropeScaling() throws(CheckpointError) -> JSONValue? {
        if let factors = tensors["rope_freqs.weight"] { return try llama3Scaling(factors) }
        let kind = try file.string(key("rope.scaling.type"))
        let factor = JSONValue.number(try file.number(key("rope.scaling.factor")) ?? 1)
        switch kind {
        case nil:
            return try file.number(key("rope.scale_linear")).map { ["type": "linear", "factor": .number($0)] }
        case "none": return Optional.none
        case "linear": return ["type": "linear", "factor": factor]
        case "yarn":
            var members: JSONObject = [
                "type": "yarn", "factor": factor,
                "original_max_position_embeddings": .integer(try integer("rope.scaling.original_context_length")),
            ]
            members["beta_fast"] = try file.number(key("rope.scaling.yarn_beta_fast")).map(JSONValue.number)
            members["beta_slow"] = try file.number(key("rope.scaling.yarn_beta_slow")).map(JSONValue.number)
            if let multiplier = try file.number(key("rope.scaling.yarn_log_multiplier")) {
                // A tenth of mscale_all_dim, and the only one of the two that is kept: both are equal in what is
                // published. Divided in decimal, so that 0.0707 becomes 0.707.
                let scale = JSONValue.number((multiplier * 1e9).rounded() / 1e8)
                members["mscale"] = scale
                members["mscale_all_dim"] = scale
            }
            return .object(members)
        default:
            throw file.error(.unsupportedFormat, "rope scaling \(quoted(kind ?? "")) is not supported")
        }
    }

    /// LLaMA 3's scaling is stored as its effect, a divisor for each frequency. The largest one is the factor; with it
    /// the rest must follow, for the other numbers are the same in every published model.
    private func llama3Scaling(_ source: GGUFWeight.Source) throws(CheckpointError) -> JSONValue {
        let width = try queryWidth()
        let base = try file.number(key("rope.freq_base")) ?? 10_000
        let tensor = source.tensor
        guard tensor.type == .f32, tensor.shape == [width / 2], let bytes = source.base else {
            throw file.error(.wrongShape, "tensor \"rope_freqs.weight\" must be F32 of shape [\(width / 2)]")
        }
        let divisors = (0..<width / 2).map { Double(bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self)) }
        let factor = divisors.max() ?? 1
        let (low, high, positions) = (1.0, 4.0, 8192.0)
        for (index, divisor) in divisors.enumerated() {
            let turns = positions * pow(base, -2 * Double(index) / Double(width)) / (2 * .pi)
            let kept = min(max((turns - low) / (high - low), 0), 1)
            let expected = 1 / ((1 - kept) / factor + kept)
            guard abs(divisor - expected) <= 1e-3 * expected else {
                throw file.error(
                    .unsupportedFormat,
                    "\"rope_freqs.weight\" holds another scaling than LLaMA 3's, which is not supported")
            }
        }
        return [
            "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": .number(low),
            "high_freq_factor": .number(high), "original_max_position_embeddings": .integer(Int(positions)),
        ]
    }
}
