import DeepSeekTensors

/// What lies between the steps of absorbed attention, in one buffer.
struct AbsorbedMemory {
    /// Rows that go through the steps together: this bounds the memory.
    static let rows = 32
    /// Results of parts of rows that are kept at once where attention runs in integers; a row has no more stretches.
    static let slots = 2 * PageStretches.most

    /// As int8: `[rows, heads]` of the latent part and the rotated part, each a quantised row.
    let quantized: UnsafeMutablePointer<UInt8>
    /// `[rows, heads, latent + rope]`.
    let queries: UnsafeMutablePointer<Float>
    /// `[rows or slots, heads, latent]`.
    let outputs: UnsafeMutablePointer<Float>
    /// Of the softmax, `[slots, heads]`.
    let maxima: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Float>

    /// Bytes of one head's quantised query.
    static func queryBytes(_ configuration: LatentAttentionConfiguration) -> Int {
        PackedKernels.rowBytes(columns: configuration.keyValueRank)
            + PackedKernels.rowBytes(columns: configuration.ropeWidth)
    }

    private static func counts(
        _ configuration: LatentAttentionConfiguration, heads: Int, rows: Int, arithmetic: ArithmeticType
    ) -> (quantized: Int, queries: Int, outputs: Int, softmax: Int) {
        let rows = min(rows, Self.rows)
        let inIntegers = arithmetic == .int8
        let slots = inIntegers ? max(rows, Self.slots) : rows
        return (
            quantized: inIntegers ? rows * heads * queryBytes(configuration) / MemoryLayout<Float>.size : 0,
            queries: rows * heads * (configuration.keyValueRank + configuration.ropeWidth),
            outputs: slots * heads * configuration.keyValueRank, softmax: inIntegers ? slots * heads : 0
        )
    }

    /// Floats of the buffer, for batches of so many rows.
    static func floats(
        _ configuration: LatentAttentionConfiguration, heads: Int, rows: Int, arithmetic: ArithmeticType
    ) -> Int {
        let counts = counts(configuration, heads: heads, rows: rows, arithmetic: arithmetic)
        return counts.quantized + counts.queries + counts.outputs + 2 * counts.softmax
    }

    init(_ configuration: LatentAttentionConfiguration, heads: Int, workspace: Workspace) {
        let counts = Self.counts(
            configuration, heads: heads, rows: workspace.maximumRows, arithmetic: workspace.options.arithmetic)
        let base = workspace.absorbed.pointer
        quantized = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
        queries = base + counts.quantized
        outputs = queries + counts.queries
        maxima = outputs + counts.outputs
        sums = maxima + counts.softmax
    }
}
