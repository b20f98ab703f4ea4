import DeepSeekCheckpoints
import DeepSeekTensors

/// Multi-head Latent Attention (section 2.1, equations 9 to 19).
///
/// Keys and values are compressed together into a latent c_KV, which is all that is cached besides one rotated key
/// k^R for all heads. `ExpandedAttention` and `AbsorbedAttention` are the two equal ways of attending with it.
package struct MultiHeadLatentAttention: Sendable {
    let configuration: LatentAttentionConfiguration
    let heads: Int
    /// W^DQ with its norm, where queries are compressed.
    let queryDown: (weight: WeightMatrix, bias: WeightVector?, norm: RootMeanSquareNorm)?
    /// W^UQ and W^QR together, or the whole W^Q: `[heads · (nope + rope), …]`.
    let queryUp: WeightMatrix
    /// W^DKV and W^KR together: `[latent + rope, hidden]`.
    let keyValueDown: WeightMatrix
    let keyValueDownBias: WeightVector?
    let keyValueNorm: RootMeanSquareNorm
    /// W^UK and W^UV together: per head, rows of the key and then rows of the value, `[heads · (nope + value), latent]`.
    let keyValueUp: WeightMatrix
    let output: WeightMatrix
    let outputBias: WeightVector?
    let rotary: RotaryEmbedding
    let scale: Float

    /// The norms of the latents have an ε of their own, whatever `rms_norm_eps` says.
    private static let latentNormEpsilon: Float = 1e-6

    init(
        _ configuration: LatentAttentionConfiguration, model: ModelConfiguration, prefix: String,
        loader: inout WeightLoader
    ) throws(CheckpointError) {
        self.configuration = configuration
        heads = model.heads
        let hidden = model.hiddenSize
        let rank = configuration.keyValueRank
        if let queryRank = configuration.queryRank {
            queryDown = (
                try loader.matrix(prefix + "q_a_proj.weight", rows: queryRank, columns: hidden),
                model.attentionBias ? try loader.vector(prefix + "q_a_proj.bias", count: queryRank) : nil,
                RootMeanSquareNorm(
                    weight: try loader.vector(prefix + "q_a_layernorm.weight", count: queryRank),
                    epsilon: Self.latentNormEpsilon)
            )
            queryUp = try loader.matrix(
                prefix + "q_b_proj.weight", rows: heads * configuration.queryWidth, columns: queryRank)
        } else {
            queryDown = nil
            queryUp = try loader.matrix(
                prefix + "q_proj.weight", rows: heads * configuration.queryWidth, columns: hidden)
        }
        keyValueDown = try loader.matrix(
            prefix + "kv_a_proj_with_mqa.weight", rows: rank + configuration.ropeWidth, columns: hidden)
        keyValueDownBias =
            model.attentionBias
            ? try loader.vector(prefix + "kv_a_proj_with_mqa.bias", count: rank + configuration.ropeWidth) : nil
        keyValueNorm = RootMeanSquareNorm(
            weight: try loader.vector(prefix + "kv_a_layernorm.weight", count: rank), epsilon: Self.latentNormEpsilon)
        keyValueUp = try loader.matrix(
            prefix + "kv_b_proj.weight", rows: heads * (configuration.nopeWidth + configuration.valueWidth),
            columns: rank)
        output = try loader.matrix(prefix + "o_proj.weight", rows: hidden, columns: heads * configuration.valueWidth)
        outputBias = model.attentionBias ? try loader.vector(prefix + "o_proj.bias", count: hidden) : nil
        rotary = RotaryEmbedding(model.rotary, width: configuration.ropeWidth, pairing: .adjacent)
        scale = Self.scale(configuration, rotary: model.rotary)
    }

    /// (d_h + d_h^R)^−½, with YaRN times m(mscale_all_dim)².
    package static func scale(_ configuration: LatentAttentionConfiguration, rotary: RotaryConfiguration) -> Float {
        var scale = 1 / Double(configuration.queryWidth).squareRoot()
        if case .yarn(let yarn) = rotary.scaling {
            scale *= YarnRotaryEmbedding(yarn, base: rotary.base, width: configuration.ropeWidth).scoreFactor
        }
        return Float(scale)
    }

    /// Attends with the rows in `workspace.normed` and adds the result to `workspace.hidden`.
    func forward(layer: Int, cache: LatentCache, workspace: Workspace) {
        let rows = workspace.plan.rows
        let input = UnsafePointer(workspace.normed.pointer)
        let down = ProductTask(
            keyValueDown, bias: keyValueDownBias?.pointer, x: input, tokens: rows, y: workspace.latents.pointer)
        if let queryDown {
            let compressed = workspace.queryLatents.pointer
            workspace.multiply(
                ProductTask(queryDown.weight, bias: queryDown.bias?.pointer, x: input, tokens: rows, y: compressed),
                down)
            workspace.forRows(
                NormRows(
                    norm: queryDown.norm, rows: rows, x: compressed, y: compressed, kernels: workspace.kernels,
                    rounds: workspace.rounds), rows: rows)
            workspace.multiply(
                ProductTask(queryUp, x: compressed, tokens: rows, y: workspace.queries.pointer))
        } else {
            workspace.multiply(down, ProductTask(queryUp, x: input, tokens: rows, y: workspace.queries.pointer))
        }
        workspace.forRows(LatentRows(attention: self, layer: layer, cache: cache, workspace: workspace), rows: rows)

        let plan = workspace.plan
        for run in plan.expanded {
            ExpandedAttention.attend(self, run: run, layer: layer, cache: cache, workspace: workspace)
        }
        if plan.absorbedCount > 0 {
            AbsorbedAttention.attend(self, layer: layer, cache: cache, workspace: workspace)
        }
        workspace.roundRows(workspace.attended.pointer, width: output.columns)
        workspace.multiply(
            ProductTask(
                output, bias: outputBias?.pointer, x: workspace.attended.pointer, tokens: rows,
                y: workspace.hidden.pointer, accumulates: true), rounds: false)
    }
}
