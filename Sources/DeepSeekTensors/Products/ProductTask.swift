/// One product `y = x·Wᵀ` of a group that the threads compute together.
package struct ProductTask {
    package var weights: WeightMatrix
    /// Of a gated pair: `y = silu(x·Wᵀ) · (x·Uᵀ)`, with `up` of the same shape as `weights`.
    package var up: WeightMatrix?
    /// `[rows]`, added to the result. Not with `up`.
    package var bias: UnsafePointer<Float>?
    /// `[tokens, columns]`.
    package var x: UnsafePointer<Float>
    package var xStride: Int
    package var tokens: Int
    /// `[tokens, rows]`.
    package var y: UnsafeMutablePointer<Float>
    package var yStride: Int
    /// Adds to `y` instead of replacing it.
    package var accumulates: Bool
    /// `x` in another form, one row after the other; without, products are computed in float32.
    package var quantized: UnsafePointer<UInt8>?

    /// The form that `quantized` has.
    package var quantizedForm: QuantizedForm { weights.isPacked ? .int8 : .bfloat16 }

    package init(
        _ weights: WeightMatrix, up: WeightMatrix? = nil, bias: UnsafePointer<Float>? = nil, x: UnsafePointer<Float>,
        xStride: Int? = nil, tokens: Int, y: UnsafeMutablePointer<Float>, yStride: Int? = nil, accumulates: Bool = false
    ) {
        self.weights = weights
        self.up = up
        self.bias = bias
        self.x = x
        self.xStride = xStride ?? weights.columns
        self.tokens = tokens
        self.y = y
        self.yStride = yStride ?? weights.rows
        self.accumulates = accumulates
    }

    /// Rows that are computed together.
    var panelRows: Int { quantized != nil && weights.isPacked ? PackedFormat.panelRows : Kernels.panelRows }

    var panels: Int { (weights.rows + panelRows - 1) / panelRows }

    /// Of one panel, in units that only compare: reading a weight costs about as much as computing with it 4 times.
    var panelCost: Int { panelRows * weights.columns * (tokens + 4) * (up == nil ? 1 : 2) }
}
