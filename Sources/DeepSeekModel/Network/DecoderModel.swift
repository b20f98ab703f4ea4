import DeepSeekCheckpoints
import DeepSeekTensors

/// A network with its weights, which stay where they lie in the checkpoint's files. Immutable: any number of workspaces
/// may compute with it.
public final class DecoderModel: Sendable {
    public let configuration: ModelConfiguration
    /// Bytes of the checkpoint's tensors.
    public let weightBytes: Int
    /// Those of them that are mapped from files; the others are memory of this process.
    public let mappedWeightBytes: Int

    private let embedding: WeightMatrix
    let layers: [DecoderLayer]
    private let finalNorm: RootMeanSquareNorm
    private let head: WeightMatrix
    private let rotary: RotaryEmbedding
    /// They own the memory that the matrices point into.
    private let tensors: [StoredTensor]

    /// - Throws: ``ModelError`` for the configuration, `CheckpointError` for tensors that are missing, surplus, or of
    ///   another shape than the configuration says.
    public init(_ checkpoint: Checkpoint) throws {
        let configuration = try ModelConfiguration(
            checkpoint.configuration, path: checkpoint.configurationPath)
        self.configuration = configuration
        var loader = WeightLoader(checkpoint, kernels: Kernels(.scalar))
        let (vocabulary, hidden) = (configuration.vocabularySize, configuration.hiddenSize)
        embedding = try loader.matrix("model.embed_tokens.weight", rows: vocabulary, columns: hidden)
        var layers: [DecoderLayer] = []
        for index in 0..<configuration.layers {
            layers.append(try DecoderLayer(index, configuration: configuration, loader: &loader))
        }
        self.layers = layers
        finalNorm = RootMeanSquareNorm(
            weight: try loader.vector("model.norm.weight", count: hidden), epsilon: Float(configuration.normEpsilon))
        head =
            configuration.tiesEmbeddings
            ? embedding : try loader.matrix("lm_head.weight", rows: vocabulary, columns: hidden)
        try checkpoint.refuseSurplus(
            expected: loader.names, ignorable: configuration.tiesEmbeddings ? ["lm_head.weight"] : [])
        if !checkpoint.isGGUF {
            try QuantizationConfiguration.check(
                loader.formats, against: configuration.quantization, path: checkpoint.configurationPath)
        }
        switch configuration.attention {
        case .latent(let latent):
            rotary = RotaryEmbedding(configuration.rotary, width: latent.ropeWidth, pairing: .adjacent)
        case .groupedQuery(let grouped):
            rotary = RotaryEmbedding(configuration.rotary, width: grouped.headWidth, pairing: .halves)
        }
        tensors = loader.tensors
        weightBytes = checkpoint.byteCount
        mappedWeightBytes = weightBytes - checkpoint.anonymousByteCount
        fastestArithmetic = .fastest(for: checkpoint)
    }

    /// The arithmetic that is fastest with these weights.
    public let fastestArithmetic: ArithmeticType

    /// A cache of a format, or of the one that goes with the arithmetic.
    public func cacheLayout(_ arithmetic: ArithmeticType, format: CacheFormat? = nil) -> CacheLayout {
        CacheLayout(configuration, format: format ?? arithmetic.cacheFormat(for: configuration))
    }

    /// Computes a batch: appends its tokens to their sequences, and returns logits `[batch.logitRows, vocabulary]`,
    /// valid until the next call with the workspace.
    ///
    /// - Throws: ``ModelError``, before anything has changed, for a token id outside the vocabulary, a batch larger
    ///   than the workspace, a sequence that occurs twice, positions beyond the model's, or a cache without room.
    public func forward(
        _ batch: Batch, cache: LatentCache, workspace: Workspace
    ) throws(ModelError) -> UnsafeBufferPointer<Float> {
        try check(batch, cache: cache, workspace: workspace)
        for (index, segment) in batch.segments.enumerated() {
            guard cache.reserve(segment.rows.count, for: segment.sequence) else {
                for earlier in batch.segments[..<index] {
                    cache.truncate(earlier.sequence, to: earlier.sequence.length)
                }
                throw ModelError(
                    .contextExceeded,
                    "the cache has no room for \(segment.rows.count) more tokens; \(cache.freeTokens) fit")
            }
        }
        let plan = workspace.plan
        plan.prepare(batch, options: workspace.options)
        let rotationWidth = 2 * rotary.frequencies.count
        let hidden = configuration.hiddenSize
        for (row, token) in batch.tokens.enumerated() {
            rotary.write(position: plan.positions.pointer[row], to: workspace.rotations.pointer + row * rotationWidth)
            MatrixRows(embedding, kernels: workspace.kernels).load(
                row: Int(token), workspace.hidden.pointer + row * hidden, scratch: workspace.pool.callerScratch)
        }
        for (index, layer) in layers.enumerated() { layer.forward(index: index, cache: cache, workspace: workspace) }
        for segment in batch.segments { segment.sequence.length += segment.rows.count }
        return project(batch.logitRows, workspace: workspace)
    }

    /// The final norm and the head, for the rows whose logits are wanted.
    private func project(_ rows: [Int], workspace: Workspace) -> UnsafeBufferPointer<Float> {
        let vocabulary = configuration.vocabularySize
        workspace.logits.reserve(rows.count * vocabulary)
        let logits = workspace.logits.pointer
        guard !rows.isEmpty else { return UnsafeBufferPointer(start: logits, count: 0) }
        let hidden = configuration.hiddenSize
        for (index, row) in rows.enumerated() {
            finalNorm.apply(
                workspace.hidden.pointer + row * hidden, to: workspace.normed.pointer + index * hidden,
                kernels: workspace.kernels, rounds: workspace.rounds)
        }
        workspace.multiply(
            ProductTask(head, x: workspace.normed.pointer, tokens: rows.count, y: logits), rounds: false)
        return UnsafeBufferPointer(start: logits, count: rows.count * vocabulary)
    }

    private func check(_ batch: Batch, cache: LatentCache, workspace: Workspace) throws(ModelError) {
        guard !batch.tokens.isEmpty else { throw ModelError(.emptyInput, "the batch holds no tokens") }
        guard batch.tokens.count <= workspace.maximumRows else {
            throw ModelError(
                .contextExceeded,
                "the batch holds \(batch.tokens.count) tokens, and the workspace was made for \(workspace.maximumRows)")
        }
        for token in batch.tokens where token < 0 || token >= configuration.vocabularySize {
            throw ModelError(
                .tokenOutOfRange,
                "token id \(token) is outside the vocabulary (0 to \(configuration.vocabularySize - 1))")
        }
        // Marks instead of a set, since the token loop allocates nothing.
        defer { for segment in batch.segments { segment.sequence.isSeen = false } }
        for segment in batch.segments {
            guard !segment.sequence.isSeen else {
                throw ModelError(
                    .duplicateSequence,
                    "a sequence occurs twice in the batch, the second time at row \(segment.rows.lowerBound); append its "
                        + "tokens at once, or put them into the next batch")
            }
            segment.sequence.isSeen = true
            let end = segment.sequence.length + segment.rows.count
            guard end <= configuration.maximumPositions else {
                throw ModelError(
                    .contextExceeded,
                    "\(end) tokens are more than the model's \(configuration.maximumPositions) positions; "
                        + "\(configuration.maximumPositions - segment.sequence.length) more fit")
            }
        }
    }
}
