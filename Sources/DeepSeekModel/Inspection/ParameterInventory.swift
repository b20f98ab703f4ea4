/// Every tensor that a network of some configuration has: names as published, shapes, and which part it belongs to.
public struct ParameterInventory: Sendable, Hashable {
    /// A part of the network, as people count parameters.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        case embedding
        case attention
        case denseFeedForward = "dense feed-forward"
        case sharedExperts = "shared experts"
        case routedExperts = "routed experts"
        case router
        case norms
        case head
    }

    public struct Tensor: Sendable, Hashable {
        public let name: String
        public let shape: [Int]
        public let part: Part

        public var count: Int { shape.reduce(1, *) }
    }

    /// In the order of the network.
    public let tensors: [Tensor]
    private let mixture: MixtureOfExpertsConfiguration?

    public init(_ configuration: ModelConfiguration) {
        mixture = configuration.mixture
        var tensors: [Tensor] = []
        func add(_ name: String, _ shape: [Int], _ part: Part) {
            tensors.append(Tensor(name: name, shape: shape, part: part))
        }
        let hidden = configuration.hiddenSize
        let vocabulary = [configuration.vocabularySize, hidden]

        func addNetwork(_ prefix: String, width: Int, _ part: Part) {
            add(prefix + "gate_proj.weight", [width, hidden], part)
            add(prefix + "up_proj.weight", [width, hidden], part)
            add(prefix + "down_proj.weight", [hidden, width], part)
        }

        add("model.embed_tokens.weight", vocabulary, .embedding)
        for layer in 0..<configuration.layers {
            let prefix = "model.layers.\(layer)."
            for (name, shape, isNorm) in Self.attention(configuration) {
                add(prefix + "self_attn." + name, shape, isNorm ? .norms : .attention)
            }
            if let mixture = configuration.mixture, mixture.isMixture(layer: layer) {
                add(prefix + "mlp.gate.weight", [mixture.routedExperts, hidden], .router)
                for expert in 0..<mixture.routedExperts {
                    addNetwork(prefix + "mlp.experts.\(expert).", width: mixture.expertWidth, .routedExperts)
                }
                if mixture.sharedExperts > 0 {
                    addNetwork(
                        prefix + "mlp.shared_experts.", width: mixture.expertWidth * mixture.sharedExperts,
                        .sharedExperts)
                }
            } else {
                addNetwork(prefix + "mlp.", width: configuration.intermediateSize, .denseFeedForward)
            }
            add(prefix + "input_layernorm.weight", [hidden], .norms)
            add(prefix + "post_attention_layernorm.weight", [hidden], .norms)
        }
        add("model.norm.weight", [hidden], .norms)
        if !configuration.tiesEmbeddings { add("lm_head.weight", vocabulary, .head) }
        self.tensors = tensors
    }

    private static func attention(_ configuration: ModelConfiguration) -> [(String, [Int], isNorm: Bool)] {
        let (hidden, heads) = (configuration.hiddenSize, configuration.heads)
        var list: [(String, [Int], isNorm: Bool)] = []
        switch configuration.attention {
        case .latent(let latent):
            let down = latent.keyValueRank + latent.ropeWidth
            if let rank = latent.queryRank {
                list.append(("q_a_proj.weight", [rank, hidden], false))
                if configuration.attentionBias { list.append(("q_a_proj.bias", [rank], false)) }
                list.append(("q_a_layernorm.weight", [rank], true))
                list.append(("q_b_proj.weight", [heads * latent.queryWidth, rank], false))
            } else {
                list.append(("q_proj.weight", [heads * latent.queryWidth, hidden], false))
            }
            list.append(("kv_a_proj_with_mqa.weight", [down, hidden], false))
            if configuration.attentionBias { list.append(("kv_a_proj_with_mqa.bias", [down], false)) }
            list.append(("kv_a_layernorm.weight", [latent.keyValueRank], true))
            list.append(
                ("kv_b_proj.weight", [heads * (latent.nopeWidth + latent.valueWidth), latent.keyValueRank], false))
            list.append(("o_proj.weight", [hidden, heads * latent.valueWidth], false))
        case .groupedQuery(let grouped):
            let widths = [
                ("q_proj", heads * grouped.headWidth), ("k_proj", grouped.keyValueHeads * grouped.headWidth),
                ("v_proj", grouped.keyValueHeads * grouped.headWidth),
            ]
            for (name, rows) in widths {
                list.append((name + ".weight", [rows, hidden], false))
                if configuration.attentionBias { list.append((name + ".bias", [rows], false)) }
            }
            list.append(("o_proj.weight", [hidden, heads * grouped.headWidth], false))
        }
        if configuration.attentionBias { list.append(("o_proj.bias", [hidden], false)) }
        return list
    }

    /// All parameters.
    public var total: Int { tensors.reduce(0) { $0 + $1.count } }

    /// Parameters that take part in a product for one token: of the routed experts only the chosen ones, of the
    /// embedding none, since it is looked up. A tied embedding works as the head.
    public var active: Int { Part.allCases.reduce(0) { $0 + active(in: $1) } }

    public func total(in part: Part) -> Int { tensors.reduce(0) { $0 + ($1.part == part ? $1.count : 0) } }

    public func active(in part: Part) -> Int {
        switch part {
        case .embedding: tensors.contains { $0.part == .head } ? 0 : total(in: part)
        case .routedExperts:
            mixture.map { total(in: part) / $0.routedExperts * $0.expertsPerToken } ?? 0
        default: total(in: part)
        }
    }
}
