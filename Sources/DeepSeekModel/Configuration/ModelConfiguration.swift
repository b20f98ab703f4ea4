import DeepSeekJSON

/// What `config.json` says of a network, checked.
public struct ModelConfiguration: Sendable, Hashable {
    public enum Architecture: String, Sendable, Hashable, CaseIterable {
        /// DeepSeek-V2, V2-Lite, V2.5, Coder-V2 and their chat forms.
        case deepseekV2 = "deepseek_v2"
        /// DeepSeek LLM 7B and 67B, DeepSeek Coder, and others of the LLaMA form.
        case llama
    }

    public enum Attention: Sendable, Hashable {
        case latent(LatentAttentionConfiguration)
        case groupedQuery(GroupedQueryConfiguration)
    }

    public let architecture: Architecture
    public let vocabularySize: Int
    public let hiddenSize: Int
    public let layers: Int
    public let heads: Int
    /// Hidden width of the dense feed-forward layers.
    public let intermediateSize: Int
    public let maximumPositions: Int
    public let normEpsilon: Double
    /// The output matrix is the embedding.
    public let tiesEmbeddings: Bool
    public let attentionBias: Bool
    /// How low-bit weights are stored; nil where all are elements of a floating-point type.
    public let quantization: QuantizationConfiguration?
    public let attention: Attention
    public let mixture: MixtureOfExpertsConfiguration?
    public let rotary: RotaryConfiguration
    public let beginningOfSequence: Int32?
    public let endsOfSequence: [Int32]

    /// - Parameters:
    ///   - json: the object in `config.json`.
    ///   - path: of the file, for error messages.
    public init(_ json: JSONValue, path: String = "config.json") throws(ModelError) {
        let reader = ConfigurationReader(json: json, place: path)
        guard json.object != nil else { throw reader.error("the file must hold an object, and holds \(json.kind)") }
        let kind = try reader.string("model_type", default: "")
        guard let architecture = Architecture(rawValue: kind) else {
            let known = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(
                .unsupportedArchitecture,
                kind.isEmpty
                    ? "\"model_type\" is missing; supported: \(known)"
                    : "\"model_type\" \"\(kind.prefix(80))\" is not supported; supported: \(known)")
        }
        quantization = try QuantizationConfiguration(reader)
        self.architecture = architecture
        vocabularySize = try reader.integer("vocab_size", in: 1...(1 << 24))
        hiddenSize = try reader.integer("hidden_size")
        layers = try reader.integer("num_hidden_layers", in: 1...10_000)
        heads = try reader.integer("num_attention_heads", in: 1...65_536)
        intermediateSize = try reader.integer("intermediate_size")
        maximumPositions = try reader.integer("max_position_embeddings", in: 1...(1 << 30))
        normEpsilon = try reader.number("rms_norm_eps", in: 0...1, default: 1e-6)
        tiesEmbeddings = try reader.bool("tie_word_embeddings", default: false)
        attentionBias = try reader.bool("attention_bias", default: false)
        rotary = try RotaryConfiguration(reader)
        let bos = try reader.tokenIDs("bos_token_id")
        beginningOfSequence = bos.first
        endsOfSequence = try reader.tokenIDs("eos_token_id")

        let activation = try reader.string("hidden_act", default: "silu")
        guard activation == "silu" else {
            throw reader.error(.unsupportedFeature, "\"hidden_act\" is \"\(activation)\"; only \"silu\" is supported")
        }
        switch architecture {
        case .deepseekV2:
            attention = .latent(try LatentAttentionConfiguration(reader))
            mixture =
                if let experts = try reader.optionalInteger("n_routed_experts", in: 1...65_536) {
                    try MixtureOfExpertsConfiguration(reader, routedExperts: experts, layers: layers)
                } else {
                    nil
                }
        case .llama:
            guard try !reader.bool("mlp_bias", default: false) else {
                throw reader.error(.unsupportedFeature, "\"mlp_bias\" is not supported")
            }
            attention = .groupedQuery(try GroupedQueryConfiguration(reader, heads: heads, hiddenSize: hiddenSize))
            mixture = nil
        }
        let widths = headWidths
        guard heads * (widths.query + widths.value) <= ConfigurationReader.largestWidth else {
            throw reader.error(
                "\"num_attention_heads\" (\(heads)) with queries of \(widths.query) and values of \(widths.value) are "
                    + "wider than \(ConfigurationReader.largestWidth)")
        }
    }

    public func isMixture(layer: Int) -> Bool { mixture?.isMixture(layer: layer) ?? false }

    /// Numbers that the cache holds per token and layer: c_KV and k^R, or keys and values of the grouped heads.
    public var cacheWidth: Int {
        switch attention {
        case .latent(let latent): latent.keyValueRank + latent.ropeWidth
        case .groupedQuery(let grouped): 2 * grouped.keyValueHeads * grouped.headWidth
        }
    }

    /// The same in the parts that have a scale each in a low-bit cache.
    var cacheSegments: [Int] {
        switch attention {
        case .latent(let latent): [latent.keyValueRank, latent.ropeWidth]
        case .groupedQuery(let grouped): Array(repeating: grouped.headWidth, count: 2 * grouped.keyValueHeads)
        }
    }

    /// Width of one head's query and of one head's output.
    var headWidths: (query: Int, value: Int) {
        switch attention {
        case .latent(let latent): (latent.queryWidth, latent.valueWidth)
        case .groupedQuery(let grouped): (grouped.headWidth, grouped.headWidth)
        }
    }
}
