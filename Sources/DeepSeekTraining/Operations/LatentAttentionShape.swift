import DeepSeekModel
import DeepSeekTensors

/// Widths of the attention of one network, and the scratch that one head of one sequence needs.
package struct LatentAttentionShape {
    package let heads: Int
    package let nope: Int
    package let rope: Int
    package let value: Int
    package let scale: Float

    package init(heads: Int, nope: Int, rope: Int, value: Int, scale: Float) {
        self.heads = heads
        self.nope = nope
        self.rope = rope
        self.value = value
        self.scale = scale
    }

    package init(_ latent: LatentAttentionConfiguration, heads: Int, rotary: RotaryConfiguration) {
        self.init(
            heads: heads, nope: latent.nopeWidth, rope: latent.ropeWidth, value: latent.valueWidth,
            scale: MultiHeadLatentAttention.scale(latent, rotary: rotary))
    }

    /// Grouped queries: every head has a key of its own, all of it rotated before, and none is shared.
    package init(_ grouped: GroupedQueryConfiguration, heads: Int) {
        self.init(
            heads: heads, nope: grouped.headWidth, rope: 0, value: grouped.headWidth,
            scale: Float(1 / Double(grouped.headWidth).squareRoot()))
    }

    /// Of a query or key.
    var key: Int { nope + rope }
    /// Columns of one head in what kv_b_proj gives: the key without position, and the value.
    var expanded: Int { nope + value }

    /// Query rows and keys of a block of scores: multiples of the kernels' tiles, and of each other.
    static let queryBlock = 48
    static let keyBlock = 480
    /// Floats from one row of scores to the next: an odd number of cache lines, so that columns are not all in one set.
    static let scoreStride = 496

    static func padded(_ count: Int) -> Int {
        (count + TrainingKernels.panelColumns - 1) / TrainingKernels.panelColumns * TrainingKernels.panelColumns
    }

    /// Floats of scratch for a segment of so many rows.
    package func scratchCount(rows: Int) -> Int { HeadScratch.count(self, rows: rows) }
}
