import DeepSeekCheckpoints

/// One layer: attention and feed-forward, each behind a norm and added to the residual stream.
struct DecoderLayer: Sendable {
    enum Attention: Sendable {
        case latent(MultiHeadLatentAttention)
        case groupedQuery(GroupedQueryAttention)
    }

    enum FeedForward: Sendable {
        case dense(GatedMLP)
        case mixture(MixtureOfExperts)
    }

    let inputNorm: RootMeanSquareNorm
    let attention: Attention
    let feedForwardNorm: RootMeanSquareNorm
    let feedForward: FeedForward

    init(
        _ index: Int, configuration: ModelConfiguration, loader: inout WeightLoader
    ) throws(CheckpointError) {
        let prefix = "model.layers.\(index)."
        let hidden = configuration.hiddenSize
        let epsilon = Float(configuration.normEpsilon)
        inputNorm = RootMeanSquareNorm(
            weight: try loader.vector(prefix + "input_layernorm.weight", count: hidden), epsilon: epsilon)
        feedForwardNorm = RootMeanSquareNorm(
            weight: try loader.vector(prefix + "post_attention_layernorm.weight", count: hidden), epsilon: epsilon)
        let attentionPrefix = prefix + "self_attn."
        switch configuration.attention {
        case .latent(let latent):
            attention = .latent(
                try MultiHeadLatentAttention(
                    latent, model: configuration, prefix: attentionPrefix, loader: &loader))
        case .groupedQuery(let grouped):
            attention = .groupedQuery(
                try GroupedQueryAttention(grouped, model: configuration, prefix: attentionPrefix, loader: &loader))
        }
        if let mixture = configuration.mixture, mixture.isMixture(layer: index) {
            feedForward = .mixture(
                try MixtureOfExperts(mixture, hidden: hidden, prefix: prefix + "mlp.", loader: &loader))
        } else {
            feedForward = .dense(
                try GatedMLP(
                    prefix: prefix + "mlp.", hidden: hidden, width: configuration.intermediateSize, loader: &loader))
        }
    }

    func forward(index: Int, cache: LatentCache, workspace: Workspace) {
        normalize(inputNorm, workspace)
        switch attention {
        case .latent(let attention): attention.forward(layer: index, cache: cache, workspace: workspace)
        case .groupedQuery(let attention): attention.forward(layer: index, cache: cache, workspace: workspace)
        }
        normalize(feedForwardNorm, workspace)
        switch feedForward {
        case .dense(let network): network.forward(workspace: workspace)
        case .mixture(let mixture): mixture.forward(layer: index, workspace: workspace)
        }
    }

    private func normalize(_ norm: RootMeanSquareNorm, _ workspace: Workspace) {
        workspace.forRows(
            NormRows(
                norm: norm, rows: workspace.plan.rows, x: workspace.hidden.pointer, y: workspace.normed.pointer,
                kernels: workspace.kernels, rounds: workspace.rounds), rows: workspace.plan.rows)
    }
}
