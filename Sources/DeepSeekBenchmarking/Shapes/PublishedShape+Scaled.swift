import DeepSeekJSON

extension PublishedShape {
    /// The shape with fewer and narrower layers; every number that is divided is rounded up. Widths of heads and numbers
    /// of experts stay, positions are enough for a benchmark, without YaRN.
    ///
    /// - Parameters:
    ///   - widths: divides hidden, inner and latent widths, numbers of heads, and the vocabulary.
    ///   - layers: divides the number of layers.
    func scaled(widths: Int, layers factor: Int) -> JSONValue {
        func divided(_ value: Int, _ factor: Int) -> Int { max((value + factor - 1) / factor, 1) }
        var members = configuration(layers: divided(layers, factor)).object ?? [:]
        let names = [
            "hidden_size", "intermediate_size", "moe_intermediate_size", "q_lora_rank", "kv_lora_rank",
            "num_attention_heads", "num_key_value_heads", "vocab_size",
        ]
        for name in names {
            if let value = members[name]?.integer { members[name] = .integer(divided(value, widths)) }
        }
        if self == .dense67B { members["head_dim"] = 128 }
        let last = (members["vocab_size"]?.integer ?? 1) - 1
        members["bos_token_id"] = .integer(last)
        members["eos_token_id"] = .integer(last)
        members["max_position_embeddings"] = 4_096
        members["rope_scaling"] = .null
        return .object(members)
    }
}
