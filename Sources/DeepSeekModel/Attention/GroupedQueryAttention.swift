import DeepSeekCheckpoints
import DeepSeekTensors

/// Grouped-query attention of the dense family: each head of keys and values serves several query heads.
///
/// A cache row is `[keys of all groups, values of all groups]`.
struct GroupedQueryAttention: Sendable {
    let configuration: GroupedQueryConfiguration
    let heads: Int
    let query: WeightMatrix
    let key: WeightMatrix
    let value: WeightMatrix
    let output: WeightMatrix
    /// Of query, key, value and output.
    let biases: (query: WeightVector, key: WeightVector, value: WeightVector, output: WeightVector)?
    let rotary: RotaryEmbedding
    let scale: Float

    init(
        _ configuration: GroupedQueryConfiguration, model: ModelConfiguration, prefix: String,
        loader: inout WeightLoader
    ) throws(CheckpointError) {
        self.configuration = configuration
        heads = model.heads
        let hidden = model.hiddenSize
        let queryRows = model.heads * configuration.headWidth
        let keyRows = configuration.keyValueHeads * configuration.headWidth
        query = try loader.matrix(prefix + "q_proj.weight", rows: queryRows, columns: hidden)
        key = try loader.matrix(prefix + "k_proj.weight", rows: keyRows, columns: hidden)
        value = try loader.matrix(prefix + "v_proj.weight", rows: keyRows, columns: hidden)
        output = try loader.matrix(prefix + "o_proj.weight", rows: hidden, columns: queryRows)
        biases =
            model.attentionBias
            ? (
                try loader.vector(prefix + "q_proj.bias", count: queryRows),
                try loader.vector(prefix + "k_proj.bias", count: keyRows),
                try loader.vector(prefix + "v_proj.bias", count: keyRows),
                try loader.vector(prefix + "o_proj.bias", count: hidden)
            ) : nil
        rotary = RotaryEmbedding(model.rotary, width: configuration.headWidth, pairing: .halves)
        scale = Float(1 / Double(configuration.headWidth).squareRoot())
    }

    /// Attends with the rows in `workspace.normed` and adds the result to `workspace.hidden`.
    func forward(layer: Int, cache: LatentCache, workspace: Workspace) {
        let rows = workspace.plan.rows
        let input = UnsafePointer(workspace.normed.pointer)
        let entries = workspace.latents.pointer
        let width = cache.layout.width
        workspace.multiply(
            ProductTask(query, bias: biases?.query.pointer, x: input, tokens: rows, y: workspace.queries.pointer),
            ProductTask(key, bias: biases?.key.pointer, x: input, tokens: rows, y: entries, yStride: width),
            ProductTask(
                value, bias: biases?.value.pointer, x: input, tokens: rows, y: entries + key.rows, yStride: width))
        workspace.forRows(KeyValueRows(attention: self, layer: layer, cache: cache, workspace: workspace), rows: rows)
        workspace.pool.run(GroupedAttention(attention: self, layer: layer, cache: cache, workspace: workspace))
        workspace.roundRows(workspace.attended.pointer, width: output.columns)
        workspace.multiply(
            ProductTask(
                output, bias: biases?.output.pointer, x: workspace.attended.pointer, tokens: rows,
                y: workspace.hidden.pointer, accumulates: true), rounds: false)
    }
}
