import DeepSeekTensors

/// How many floats each part of a workspace takes.
struct WorkspaceSizes {
    let hidden: Int
    let rotations: Int
    let queryLatents: Int
    let queries: Int
    let latents: Int
    let attended: Int
    let cachedRows: Int
    let expanded: Int
    let expandedPages: Int
    let softmax: Int
    let gathered: Int
    let expertHidden: Int
    let sharedHidden: Int
    let absorbed: Int
    /// Bytes of quantised inputs.
    let quantizedBytes: Int
    /// Per thread.
    let scratch: Int

    init(_ configuration: ModelConfiguration, rows: Int, arithmetic: ArithmeticType) {
        hidden = rows * configuration.hiddenSize
        let widths = configuration.headWidths
        queries = rows * configuration.heads * widths.query
        attended = rows * configuration.heads * widths.value
        latents = rows * configuration.cacheWidth
        var columns = [configuration.hiddenSize, configuration.intermediateSize, configuration.heads * widths.value]
        let attentionScratch: Int
        switch configuration.attention {
        case .latent(let latent):
            rotations = rows * latent.ropeWidth
            queryLatents = rows * (latent.queryRank ?? 0)
            cachedRows = ExpandedAttention.expansion * configuration.cacheWidth
            expanded =
                ExpandedAttention.expansion * configuration.heads * (latent.nopeWidth + latent.valueWidth)
            expandedPages = arithmetic == .int8 ? ExpandedPages.floats(latent, heads: configuration.heads) : 0
            softmax = rows * configuration.heads
            absorbed = AbsorbedMemory.floats(
                latent, heads: configuration.heads, rows: rows, arithmetic: arithmetic)
            attentionScratch = max(AbsorbedAttention.scratch(latent), ExpandedAttention.scratch(latent))
            columns += [latent.queryRank ?? 0, latent.keyValueRank]
        case .groupedQuery(let grouped):
            rotations = rows * grouped.headWidth
            queryLatents = 0
            cachedRows = 0
            expanded = 0
            expandedPages = 0
            softmax = 0
            absorbed = 0
            attentionScratch = GroupedAttention.scratch(grouped)
        }
        var inner = configuration.intermediateSize
        if let mixture = configuration.mixture {
            gathered = rows * mixture.expertsPerToken * configuration.hiddenSize
            expertHidden = rows * mixture.expertsPerToken * mixture.expertWidth
            inner = max(inner, mixture.sharedExperts * mixture.expertWidth)
            columns += [mixture.expertWidth, mixture.sharedExperts * mixture.expertWidth]
        } else {
            gathered = 0
            expertHidden = 0
        }
        sharedHidden = rows * inner
        var inputs = (rows: rows, columns: columns.max() ?? 0)
        if case .latent = configuration.attention { inputs.rows = max(rows, ExpandedAttention.expansion) }
        let form = arithmetic == .int8 ? QuantizedForm.int8 : .bfloat16
        var quantized = inputs.rows * form.rowBytes(columns: inputs.columns)
        if let mixture = configuration.mixture {
            let slots = rows * mixture.expertsPerToken
            let rise = (slots + rows) * form.rowBytes(columns: configuration.hiddenSize)
            let fall =
                slots * form.rowBytes(columns: mixture.expertWidth) + rows
                * form.rowBytes(columns: mixture.sharedExperts * mixture.expertWidth)
            quantized = max(quantized, rise, fall)
        }
        quantizedBytes = arithmetic == .float32 ? 0 : quantized
        scratch = max(attentionScratch, GroupedProduct.scratch(columns: columns.max() ?? 0))
    }

    /// Bytes of all but the threads' scratch.
    var bytes: Int {
        let single = [
            rotations, queryLatents, queries, latents, attended, cachedRows, expanded, expandedPages, expertHidden,
            sharedHidden, absorbed,
        ]
        return (single.reduce(0, +) + 2 * (hidden + softmax + gathered)) * MemoryLayout<Float>.size + quantizedBytes
    }
}
