import DeepSeekCheckpoints
import DeepSeekTensors

/// SwiGLU: down(silu(gate(x)) · up(x)). A dense layer's feed-forward, an expert, or the shared experts as one.
struct GatedMLP: Sendable {
    let gate: WeightMatrix
    let up: WeightMatrix
    let down: WeightMatrix

    init(prefix: String, hidden: Int, width: Int, loader: inout WeightLoader) throws(CheckpointError) {
        gate = try loader.matrix(prefix + "gate_proj.weight", rows: width, columns: hidden)
        up = try loader.matrix(prefix + "up_proj.weight", rows: width, columns: hidden)
        down = try loader.matrix(prefix + "down_proj.weight", rows: hidden, columns: width)
    }

    /// The first half for some tokens: x to the hidden width.
    func rise(x: UnsafePointer<Float>, tokens: Int, to y: UnsafeMutablePointer<Float>) -> ProductTask {
        ProductTask(gate, up: up, x: x, tokens: tokens, y: y)
    }

    /// The second half.
    func fall(
        x: UnsafePointer<Float>, tokens: Int, to y: UnsafeMutablePointer<Float>, accumulates: Bool
    ) -> ProductTask { ProductTask(down, x: x, tokens: tokens, y: y, accumulates: accumulates) }

    /// As a dense layer: adds the result for the rows in `workspace.normed` to `workspace.hidden`.
    func forward(workspace: Workspace) {
        let rows = workspace.plan.rows
        let inner = workspace.sharedHidden.pointer
        workspace.multiply(rise(x: workspace.normed.pointer, tokens: rows, to: inner))
        workspace.multiply(
            fall(x: inner, tokens: rows, to: workspace.hidden.pointer, accumulates: true), rounds: false)
    }
}
