/// DeepSeekMoE (section 2.2): what `config.json` says of it.
public struct MixtureOfExpertsConfiguration: Sendable, Hashable {
    public enum Selection: Sendable, Hashable {
        /// The k experts of the highest affinity.
        case greedy
        /// Device-limited routing (section 2.2.2): the k best within the `chosen` groups, of `groups`, whose best
        /// expert has the highest affinity.
        case groupLimited(groups: Int, chosen: Int)
    }

    public let routedExperts: Int
    public let sharedExperts: Int
    public let expertsPerToken: Int
    /// Hidden width of one expert.
    public let expertWidth: Int
    public let selection: Selection
    /// The chosen weights are divided by their sum, and then not scaled.
    public let normalizesWeights: Bool
    public let scalingFactor: Double
    /// Layers before this one are dense.
    public let firstMixtureLayer: Int
    /// Of the others, every so many-th has experts.
    public let layerFrequency: Int

    public func isMixture(layer: Int) -> Bool { layer >= firstMixtureLayer && layer % layerFrequency == 0 }

    /// Expert networks in all layers: several times what any published model has.
    private static let largestNumberOfNetworks = 1 << 18

    init(_ reader: ConfigurationReader, routedExperts: Int, layers: Int) throws(ModelError) {
        guard routedExperts * layers <= Self.largestNumberOfNetworks else {
            throw reader.error(
                "\"n_routed_experts\" (\(routedExperts)) in \"num_hidden_layers\" (\(layers)) layers are more than "
                    + "\(Self.largestNumberOfNetworks) expert networks")
        }
        self.routedExperts = routedExperts
        sharedExperts = try reader.integer("n_shared_experts", in: 0...1024, default: 0)
        expertsPerToken = try reader.integer("num_experts_per_tok")
        expertWidth = try reader.integer("moe_intermediate_size")
        guard sharedExperts * expertWidth <= ConfigurationReader.largestWidth else {
            throw reader.error(
                "\"n_shared_experts\" (\(sharedExperts)) of \"moe_intermediate_size\" (\(expertWidth)) are wider than "
                    + "\(ConfigurationReader.largestWidth)")
        }
        normalizesWeights = try reader.bool("norm_topk_prob", default: false)
        scalingFactor = try reader.number("routed_scaling_factor", in: -1e6...1e6, default: 1)
        firstMixtureLayer = try reader.integer(
            "first_k_dense_replace", in: 0...ConfigurationReader.largestSize, default: 0)
        layerFrequency = try reader.integer("moe_layer_freq", default: 1)

        let scoring = try reader.string("scoring_func", default: "softmax")
        guard scoring == "softmax" else {
            throw reader.error(
                .unsupportedFeature,
                "\"scoring_func\" is \"\(scoring)\"; DeepSeek-V2 has \"softmax\", the only one here")
        }
        guard expertsPerToken <= routedExperts else {
            throw reader.error(
                "\"num_experts_per_tok\" (\(expertsPerToken)) exceeds \"n_routed_experts\" (\(routedExperts))")
        }
        let method = try reader.string("topk_method", default: "greedy")
        switch method {
        case "greedy", "gready":  // an early published revision has the second spelling
            selection = .greedy
        case "group_limited_greedy":
            let groups = try reader.integer("n_group")
            let chosen = try reader.integer("topk_group")
            guard routedExperts % groups == 0 else {
                throw reader.error("\"n_group\" (\(groups)) must divide \"n_routed_experts\" (\(routedExperts))")
            }
            guard chosen <= groups else {
                throw reader.error("\"topk_group\" (\(chosen)) exceeds \"n_group\" (\(groups))")
            }
            guard expertsPerToken <= routedExperts / groups * chosen else {
                throw reader.error(
                    "\"num_experts_per_tok\" (\(expertsPerToken)) exceeds the experts of \"topk_group\" groups")
            }
            selection = .groupLimited(groups: groups, chosen: chosen)
        default:
            throw reader.error(
                .unsupportedFeature, "\"topk_method\" is \"\(method)\"; known: greedy, group_limited_greedy")
        }
    }
}
