import DeepSeekTensors

/// Keys and values per head of the positions that are expanded now, in 8 bits and in the layout of a low-bit cache: what
/// prompts attend to where the arithmetic is int8. Written once for all rows of the prompt that see them.
struct ExpandedPages: ParallelWork {
    private static let format = PackedCacheFormat.int8

    private let configuration: LatentAttentionConfiguration
    private let heads: Int
    private let kernels: Kernels
    /// Per page the rotated key, and then for each head its own part of the key and its value.
    private let memory: UnsafeMutableRawPointer
    /// `[positions, latent + rope]` and `[positions, heads, nope + value]`, float32.
    private let latents: UnsafePointer<Float>
    private let expanded: UnsafePointer<Float>
    private let positions: Int

    static let entry = WorkerPool.entry(for: ExpandedPages.self)

    private static func headBytes(_ configuration: LatentAttentionConfiguration) -> Int {
        format.segmentBytes(columns: configuration.nopeWidth) + format.segmentBytes(columns: configuration.valueWidth)
    }

    private static func pageBytes(_ configuration: LatentAttentionConfiguration, heads: Int) -> Int {
        format.segmentBytes(columns: configuration.ropeWidth) + heads * headBytes(configuration)
    }

    /// Floats that all pages take.
    static func floats(_ configuration: LatentAttentionConfiguration, heads: Int) -> Int {
        CacheLayout.pages(tokens: ExpandedAttention.expansion) * pageBytes(configuration, heads: heads)
            / MemoryLayout<Float>.size
    }

    /// Floats of scratch for one worker that attends with so many rows.
    static func scratch(_ configuration: LatentAttentionConfiguration, rows: Int) -> Int {
        rows * (CacheLayout.pageTokens + 1 + (CacheKernels.weightBytes + queryBytes(configuration)) / 4)
    }

    private static func queryBytes(_ configuration: LatentAttentionConfiguration) -> Int {
        PackedKernels.rowBytes(columns: configuration.nopeWidth)
            + PackedKernels.rowBytes(columns: configuration.ropeWidth)
    }

    /// - Parameter positions: that `workspace.cachedRows` and `workspace.expanded` hold.
    init(_ attention: MultiHeadLatentAttention, positions: Int, workspace: Workspace) {
        configuration = attention.configuration
        heads = attention.heads
        kernels = workspace.kernels
        memory = UnsafeMutableRawPointer(workspace.expandedPages.pointer)
        latents = UnsafePointer(workspace.cachedRows.pointer)
        expanded = UnsafePointer(workspace.expanded.pointer)
        self.positions = positions
    }

    private func rotated(_ page: Int) -> UnsafeMutableRawPointer {
        memory + page * Self.pageBytes(configuration, heads: heads)
    }

    private func keys(_ page: Int, _ head: Int) -> UnsafeMutableRawPointer {
        rotated(page) + Self.format.segmentBytes(columns: configuration.ropeWidth)
            + head * Self.headBytes(configuration)
    }

    private func values(_ page: Int, _ head: Int) -> UnsafeMutableRawPointer {
        keys(page, head) + Self.format.segmentBytes(columns: configuration.nopeWidth)
    }

    /// Quantises keys and values.
    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let (rank, rope) = (configuration.keyValueRank, configuration.ropeWidth)
        let (nope, value) = (configuration.nopeWidth, configuration.valueWidth)
        for position in Self.range(of: positions, part: part, of: parts) {
            let (page, slot) = (position / CacheLayout.pageTokens, position % CacheLayout.pageTokens)
            kernels.cache.encode(
                Self.format, latents + position * (rank + rope) + rank, columns: rope, token: slot, rotated(page))
            for head in 0..<heads {
                let key = expanded + (position * heads + head) * (nope + value)
                kernels.cache.encode(Self.format, key, columns: nope, token: slot, keys(page, head))
                kernels.cache.encode(Self.format, key + nope, columns: value, token: slot, values(page, head))
            }
        }
    }

    /// Rounds queries to int8, before ``attend(_:head:page:start:count:scale:scratch:)`` with the same scratch.
    func quantize(_ queries: BlockwiseAttention.Queries, _ scratch: UnsafeMutablePointer<Float>) {
        for row in 0..<queries.count {
            let target = quantized(row, scratch)
            let query = queries.vectors + row * queries.stride
            kernels.packed.quantizeRow(query, columns: configuration.nopeWidth, target)
            kernels.packed.quantizeRow(
                query + configuration.nopeWidth, columns: configuration.ropeWidth,
                target + PackedKernels.rowBytes(columns: configuration.nopeWidth))
        }
    }

    private func quantized(_ row: Int, _ scratch: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: UInt8.self) + row * Self.queryBytes(configuration)
    }

    /// One page, whose first `count` tokens are at positions from `start` on: each query sees those up to its own.
    func attend(
        _ queries: BlockwiseAttention.Queries, head: Int, page: Int, start: Int, count: Int, scale: Float,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let tokens = CacheLayout.pageTokens
        let blind = max(start - queries.firstPosition, 0)
        let seeing = queries.count - blind
        guard seeing > 0 else { return }
        let query = quantized(blind, scratch)
        let scores = scratch + queries.count * Self.queryBytes(configuration) / MemoryLayout<Float>.size
        let rescales = scores + seeing * tokens
        let weights = UnsafeMutableRawPointer(rescales + seeing)
        scores.update(repeating: 0, count: seeing * tokens)
        kernels.cache.addScores(
            Self.format, keys(page, head), columns: configuration.nopeWidth, queries: query,
            rowBytes: Self.queryBytes(configuration), heads: seeing, to: scores)
        kernels.cache.addScores(
            Self.format, rotated(page), columns: configuration.ropeWidth,
            queries: query + PackedKernels.rowBytes(columns: configuration.nopeWidth),
            rowBytes: Self.queryBytes(configuration), heads: seeing, to: scores)
        for row in 0..<seeing {
            let seen = min(count, queries.firstPosition + blind + row - start + 1)
            rescales[row] = kernels.softmaxBlock(
                scores + row * tokens, count: seen, capacity: tokens, factor: scale,
                maximum: queries.maxima + blind + row, sum: queries.sums + blind + row)
            kernels.cache.weights(
                Self.format, scores + row * tokens, segment: values(page, head), columns: configuration.valueWidth,
                count: seen, weights + row * CacheKernels.weightBytes)
        }
        kernels.cache.addValues(
            Self.format, values(page, head), columns: configuration.valueWidth, weights: weights, heads: seeing,
            rescale: rescales, to: queries.output + blind * queries.outputStride, outputStride: queries.outputStride)
    }
}
