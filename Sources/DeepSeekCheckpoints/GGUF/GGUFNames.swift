/// GGUF's names of the weights of both architectures, turned into Hugging Face's.
enum GGUFNames {
    private static let outer = [
        "token_embd.weight": "model.embed_tokens.weight", "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    ]

    /// Of a layer, after `blk.N.`, without `.weight` or `.bias`.
    private static let inner = [
        "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
        "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
        "attn_q_a": "self_attn.q_a_proj", "attn_q_a_norm": "self_attn.q_a_layernorm",
        "attn_q_b": "self_attn.q_b_proj", "attn_kv_a_mqa": "self_attn.kv_a_proj_with_mqa",
        "attn_kv_a_norm": "self_attn.kv_a_layernorm", "attn_kv_b": "self_attn.kv_b_proj", "ffn_gate": "mlp.gate_proj",
        "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "ffn_gate_inp": "mlp.gate",
        "ffn_gate_shexp": "mlp.shared_experts.gate_proj", "ffn_up_shexp": "mlp.shared_experts.up_proj",
        "ffn_down_shexp": "mlp.shared_experts.down_proj",
    ]

    /// All experts of a layer in one tensor `[experts, rows, columns]`: the parts that its rows are cut into.
    private static let stacked = [
        "ffn_gate_exps": ["gate_proj"], "ffn_up_exps": ["up_proj"], "ffn_down_exps": ["down_proj"],
        "ffn_gate_up_exps": ["gate_proj", "up_proj"],
    ]

    /// A name taken apart: `blk.3.attn_q.weight` is layer 3, `attn_q`, `weight`.
    struct Parts {
        let layer: Int
        let stem: Substring
        let suffix: Substring

        init?(_ name: String) {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4, parts[0] == "blk", let layer = Int(parts[1]), layer >= 0 else { return nil }
            self.layer = layer
            stem = parts[2]
            suffix = parts[3]
        }
    }

    /// The weights that a tensor holds: several for stacked experts. A tensor with another name keeps it, and is refused
    /// later by whoever finds no place for it.
    ///
    /// - Parameter headWidth: of LLaMA's queries and keys, whose rows are interleaved.
    static func weights(
        _ source: GGUFWeight.Source, headWidth: Int?
    ) throws(CheckpointError) -> [GGUFWeight] {
        let tensor = source.tensor
        func weight(_ name: String) -> [GGUFWeight] {
            [GGUFWeight(name: name, shape: tensor.shape, layout: .rows(source, first: 0))]
        }
        if let name = outer[tensor.name] { return weight(name) }
        guard let parts = Parts(tensor.name) else { return weight(tensor.name) }
        let prefix = "model.layers.\(parts.layer)."
        if let cut = stacked[String(parts.stem)], parts.suffix == "weight", tensor.shape.count == 3 {
            return try experts(source, cut, prefix: prefix)
        }
        guard let name = inner[String(parts.stem)], parts.suffix == "weight" || parts.suffix == "bias" else {
            return weight(tensor.name)
        }
        let full = "\(prefix)\(name).\(parts.suffix)"
        guard let headWidth, parts.stem == "attn_q" || parts.stem == "attn_k" else { return weight(full) }
        let rows = tensor.shape.count == 1 ? tensor.columns : tensor.rows
        guard headWidth >= 2, headWidth.isMultiple(of: 2), rows.isMultiple(of: headWidth),
            tensor.shape.count == 2 || tensor.shape.count == 1 && tensor.type.elementType != nil
        else {
            throw source.file.error(
                .wrongShape,
                "tensor \(quoted(tensor.name)), \(tensor.type.name) of shape \(describe(tensor.shape)), does not hold heads "
                    + "of \(headWidth)")
        }
        return [
            GGUFWeight(name: full, shape: tensor.shape, layout: .interleaved(source, headWidth: headWidth))
        ]
    }

    private static func experts(
        _ source: GGUFWeight.Source, _ cut: [String], prefix: String
    ) throws(CheckpointError) -> [GGUFWeight] {
        let (experts, rows) = (source.tensor.shape[0], source.tensor.shape[1])
        guard rows.isMultiple(of: cut.count), experts <= 1 << 16 else {
            throw source.file.error(
                .wrongShape,
                "tensor \(quoted(source.tensor.name)) has shape \(describe(source.tensor.shape)), which is not "
                    + "[experts, rows, columns]")
        }
        var weights: [GGUFWeight] = []
        for expert in 0..<experts {
            for (index, name) in cut.enumerated() {
                let height = rows / cut.count
                weights.append(
                    GGUFWeight(
                        name: "\(prefix)mlp.experts.\(expert).\(name).weight", shape: [height, source.tensor.columns],
                        layout: .rows(source, first: expert * rows + index * height)))
            }
        }
        return weights
    }

    /// W^UK and W^UV of one layer as the one matrix that DeepSeek publishes.
    static func latent(
        layer: Int, keys: GGUFWeight.Source, values: GGUFWeight.Source
    ) throws(CheckpointError) -> GGUFWeight {
        let (key, value) = (keys.tensor.shape, values.tensor.shape)
        guard key.count == 3, value.count == 3, key[0] == value[0], key[1] == value[2] else {
            throw keys.file.error(
                .wrongShape,
                "tensors \(quoted(keys.tensor.name)) of shape \(describe(key)) and \(quoted(values.tensor.name)) of shape "
                    + "\(describe(value)) are not [heads, rank, width] and [heads, width, rank]")
        }
        return GGUFWeight(
            name: "model.layers.\(layer).self_attn.kv_b_proj.weight", shape: [key[0] * (key[2] + value[1]), key[1]],
            layout: .latent(keys: keys, values: values))
    }
}
