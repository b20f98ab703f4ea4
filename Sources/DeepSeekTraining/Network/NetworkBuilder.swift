import DeepSeekModel
import DeepSeekTensors

/// Writes a DeepSeek-V2, or a dense network of the LLaMA form, down on a tape.
struct NetworkBuilder {
    let configuration: ModelConfiguration
    let shape: LatentAttentionShape
    let store: ParameterStore
    let batch: TrainingBatch
    let tape: Tape
    let options: TrainingOptions
    let adaptation: LowRankAdaptation?
    private(set) var routers: [Router] = []
    private let table: RotationTable
    /// Shared by the layers: they are computed one after the other.
    private let sharedKeyGradients = ScratchArray<Float>()
    private let gathered = ScratchArray<Float>()
    private var rows: Int { batch.rows }
    private var hidden: Int { configuration.hiddenSize }
    private var epsilon: Float { Float(configuration.normEpsilon) }
    /// Of the norms of the latents, whatever the configuration says.
    private static let latentEpsilon: Float = 1e-6

    init(
        configuration: ModelConfiguration, shape: LatentAttentionShape, store: ParameterStore, batch: TrainingBatch,
        tape: Tape, options: TrainingOptions, adaptation: LowRankAdaptation?
    ) {
        self.configuration = configuration
        self.shape = shape
        self.store = store
        self.batch = batch
        self.tape = tape
        self.options = options
        self.adaptation = adaptation
        let embedding =
            switch configuration.attention {
            case .latent(let latent):
                RotaryEmbedding(configuration.rotary, width: latent.ropeWidth, pairing: .adjacent)
            case .groupedQuery(let grouped):
                RotaryEmbedding(configuration.rotary, width: grouped.headWidth, pairing: .halves)
            }
        table = RotationTable(embedding, positions: batch.sequenceLength)
    }

    func parameter(_ name: String) throws(TrainingError) -> Parameter {
        guard let parameter = store[name] else {
            throw TrainingError(.unsupportedModel, "the network has no parameter \"\(name)\"")
        }
        return parameter
    }

    /// All layers and the last norm.
    mutating func build() throws(TrainingError) -> Variable {
        var x = variable("embedding", hidden)
        tape.append(Embedding(batch, try parameter("model.embed_tokens.weight"), x))
        for layer in 0..<configuration.layers {
            var failure: TrainingError?
            x = tape.segment(recomputed: options.recomputesActivations) {
                do throws(TrainingError) {
                    return try self.layer(layer, x)
                } catch {
                    failure = error
                    return x
                }
            }
            if let failure { throw failure }
        }
        return normalized(x, try parameter("model.norm.weight"), epsilon)
    }

    private func variable(_ name: String, _ columns: Int, rows: Int? = nil) -> Variable {
        tape.variable(name, rows: rows ?? self.rows, columns: columns)
    }

    private func normalized(_ x: Variable, _ weight: Parameter, _ epsilon: Float) -> Variable {
        let y = variable("norm", x.columns)
        tape.append(Normalization(x, weight, epsilon: epsilon, y))
        return y
    }

    private mutating func layer(_ index: Int, _ x: Variable) throws(TrainingError) -> Variable {
        let prefix = "model.layers.\(index)."
        let normed = normalized(x, try parameter(prefix + "input_layernorm.weight"), epsilon)
        let attended =
            switch configuration.attention {
            case .latent(let latent): try attention(latent, prefix + "self_attn.", normed)
            case .groupedQuery(let grouped): try attention(grouped, prefix + "self_attn.", normed)
            }
        let middle = variable("residual", hidden)
        tape.append(Sum([x, attended], middle))
        let second = normalized(middle, try parameter(prefix + "post_attention_layernorm.weight"), epsilon)
        let output = variable("residual", hidden)
        if let mixture = configuration.mixture, mixture.isMixture(layer: index) {
            tape.append(Sum([middle] + (try experts(prefix + "mlp.", mixture, second)), output))
        } else {
            let width = configuration.intermediateSize
            tape.append(Sum([middle, try network(prefix + "mlp.", second, width: width)], output))
        }
        return output
    }

    /// y = x·Wᵀ for some weights, with what an adaptation adds to them.
    private func linear(
        _ x: Variable, _ weights: [(name: String, output: Variable)], bias: Bool = false
    ) throws(TrainingError) {
        var list: [Linear.Weight] = []
        for (name, output) in weights {
            list.append(
                Linear.Weight(
                    try parameter(name + ".weight"), bias: bias ? try parameter(name + ".bias") : nil, output))
        }
        tape.append(Linear(x, list))
        guard let adaptation else { return }
        for (name, output) in weights {
            guard let down = store[adaptation.downName(of: name)], let up = store[adaptation.upName(of: name)] else {
                continue
            }
            let middle = variable("low rank", down.rows)
            tape.append(Linear(x, [Linear.Weight(down, middle)]))
            tape.append(ScaledLinear(middle, up, scale: adaptation.scale, output))
        }
    }

    private func attention(
        _ latent: LatentAttentionConfiguration, _ prefix: String, _ x: Variable
    ) throws(TrainingError) -> Variable {
        let bias = configuration.attentionBias
        let queries = variable("queries", shape.heads * shape.key)
        let compressed = variable("latent", latent.keyValueRank + latent.ropeWidth)
        if let rank = latent.queryRank {
            let down = variable("query latent", rank)
            try linear(x, [(prefix + "q_a_proj", down), (prefix + "kv_a_proj_with_mqa", compressed)], bias: bias)
            let normed = normalized(down, try parameter(prefix + "q_a_layernorm.weight"), Self.latentEpsilon)
            try linear(normed, [(prefix + "q_b_proj", queries)])
        } else {
            try linear(x, [(prefix + "q_proj", queries)])
            try linear(x, [(prefix + "kv_a_proj_with_mqa", compressed)], bias: bias)
        }
        let latentPart = compressed.slice(0..<latent.keyValueRank)
        let keyPart = compressed.slice(latent.keyValueRank..<latent.keyValueRank + latent.ropeWidth)
        let normed = normalized(latentPart, try parameter(prefix + "kv_a_layernorm.weight"), Self.latentEpsilon)
        let expanded = variable("keys and values", shape.heads * shape.expanded)
        try linear(normed, [(prefix + "kv_b_proj", expanded)])
        tape.append(
            Rotation(
                queries, batch, heads: shape.heads, headStride: shape.key, offset: shape.nope, table: table))
        tape.append(Rotation(keyPart, batch, heads: 1, headStride: 0, offset: 0, table: table))
        return try attend(prefix, queries: queries, expanded: expanded, sharedKey: keyPart)
    }

    private func attention(
        _ grouped: GroupedQueryConfiguration, _ prefix: String, _ x: Variable
    ) throws(TrainingError) -> Variable {
        let width = grouped.headWidth
        let (groups, bias) = (grouped.keyValueHeads, configuration.attentionBias)
        let queries = variable("queries", shape.heads * width)
        let keys = variable("keys", groups * width)
        let values = variable("values", groups * width)
        try linear(
            x, [(prefix + "q_proj", queries), (prefix + "k_proj", keys), (prefix + "v_proj", values)], bias: bias)
        for (x, heads) in [(queries, shape.heads), (keys, groups)] {
            tape.append(Rotation(x, batch, heads: heads, headStride: width, offset: 0, table: table))
        }
        let expanded = variable("keys and values", shape.heads * shape.expanded)
        tape.append(
            HeadRepetition(
                keys: keys, values: values, groups: groups, heads: shape.heads, width: width, expanded))
        return try attend(prefix, queries: queries, expanded: expanded, sharedKey: variable("no shared key", 0))
    }

    /// The attention itself, and the projection of what comes out of it.
    private func attend(
        _ prefix: String, queries: Variable, expanded: Variable, sharedKey: Variable
    ) throws(TrainingError) -> Variable {
        let output = variable("attention", shape.heads * shape.value)
        tape.append(
            LatentAttention(
                shape, batch, queries: queries, expanded: expanded, sharedKey: sharedKey, output,
                sharedKeyGradients: sharedKeyGradients))
        let projected = variable("projected", hidden)
        try linear(output, [(prefix + "o_proj", projected)], bias: configuration.attentionBias)
        return projected
    }

    private func network(_ prefix: String, _ x: Variable, width: Int) throws(TrainingError) -> Variable {
        let pair = variable("gate and up", 2 * width)
        try linear(
            x, [(prefix + "gate_proj", pair.slice(0..<width)), (prefix + "up_proj", pair.slice(width..<2 * width))])
        let activation = variable("activation", width)
        tape.append(GatedActivation(pair, activation))
        let output = variable("feed-forward", hidden)
        try linear(activation, [(prefix + "down_proj", output)])
        return output
    }

    private mutating func experts(
        _ prefix: String, _ mixture: MixtureOfExpertsConfiguration, _ x: Variable
    ) throws(TrainingError) -> [Variable] {
        let perToken = mixture.expertsPerToken
        let routing = ExpertRouting(rows: rows, perToken: perToken, experts: mixture.routedExperts)
        let weights = variable("expert weights", perToken)
        let router = Router(
            x, try parameter(prefix + "gate.weight"), mixture, batch, routing, weights, balance: options.balance,
            dropping: options.dropping)
        routers.append(router)
        tape.append(router)
        var inner: [[Parameter]] = []
        var outer: [[Parameter]] = []
        for expert in 0..<mixture.routedExperts {
            let name = prefix + "experts.\(expert)."
            inner.append([try parameter(name + "gate_proj.weight"), try parameter(name + "up_proj.weight")])
            outer.append([try parameter(name + "down_proj.weight")])
        }
        let places = rows * perToken
        let pair = variable("experts' gate and up", 2 * mixture.expertWidth, rows: places)
        tape.append(ExpertProducts(x, from: .tokens, routing, inner, pair, gathered: gathered))
        let activation = variable("experts' activation", mixture.expertWidth, rows: places)
        tape.append(GatedActivation(pair, activation, liveRows: { routing.placeCount }))
        let outputs = variable("experts' outputs", hidden, rows: places)
        tape.append(ExpertProducts(activation, from: .places, routing, outer, outputs, gathered: gathered))
        let combined = variable("routed", hidden)
        tape.append(ExpertCombination(outputs, weights: weights, routing, combined))
        guard mixture.sharedExperts > 0 else { return [combined] }
        let width = mixture.expertWidth * mixture.sharedExperts
        return [combined, try network(prefix + "shared_experts.", x, width: width)]
    }
}
