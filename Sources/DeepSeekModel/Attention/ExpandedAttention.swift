import DeepSeekTensors

/// Attention with keys and values per head, expanded from the latents a few pages at a time: cheaper than the absorbed
/// form where many rows of a prompt share the keys.
struct ExpandedAttention: ParallelWork {
    /// Positions that are expanded at once.
    static let expansion = 4 * CacheLayout.pageTokens
    /// Rows of the prompt that share unpacked keys.
    private static let tileRows = BlockwiseAttention.largestCount

    private let attention: MultiHeadLatentAttention
    private let kernels: Kernels
    private let run: BatchPlan.Run
    /// The positions that are expanded now.
    private let positions: Range<Int>
    private let queries: UnsafePointer<Float>
    private let latents: UnsafePointer<Float>
    private let expanded: UnsafePointer<Float>
    private let attended: UnsafeMutablePointer<Float>
    private let maxima: UnsafeMutablePointer<Float>
    private let sums: UnsafeMutablePointer<Float>
    private let capacity: Int
    /// Keys and values where the arithmetic is int8.
    private let pages: ExpandedPages?

    static let entry = WorkerPool.entry(for: ExpandedAttention.self)

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: LatentAttentionConfiguration) -> Int {
        max(
            BlockwiseAttention.scratch(width: configuration.queryWidth) + Kernels.panelRows * configuration.queryWidth,
            ExpandedPages.scratch(configuration, rows: tileRows))
    }

    /// Attends with all rows of a run to all positions up to theirs.
    static func attend(
        _ attention: MultiHeadLatentAttention, run: BatchPlan.Run, layer: Int, cache: LatentCache, workspace: Workspace
    ) {
        let width = attention.keyValueDown.rows
        for start in stride(from: 0, to: run.end, by: expansion) {
            let positions = start..<min(start + expansion, run.end)
            workspace.forRows(
                CachedRows(
                    positions: positions, firstPage: run.firstPage, layer: layer, cache: cache, workspace: workspace),
                rows: positions.count)
            workspace.multiply(
                ProductTask(
                    attention.keyValueUp, x: workspace.cachedRows.pointer, xStride: width, tokens: positions.count,
                    y: workspace.expanded.pointer))
            var pages: ExpandedPages?
            if workspace.options.arithmetic == .int8 {
                let work = ExpandedPages(attention, positions: positions.count, workspace: workspace)
                workspace.pool.run(work)
                pages = work
            }
            workspace.pool.run(
                ExpandedAttention(
                    attention: attention, run: run, positions: positions, pages: pages, workspace: workspace))
        }
    }

    private init(
        attention: MultiHeadLatentAttention, run: BatchPlan.Run, positions: Range<Int>, pages: ExpandedPages?,
        workspace: Workspace
    ) {
        self.attention = attention
        self.pages = pages
        self.run = run
        self.positions = positions
        kernels = workspace.kernels
        queries = UnsafePointer(workspace.queries.pointer)
        latents = UnsafePointer(workspace.cachedRows.pointer)
        expanded = UnsafePointer(workspace.expanded.pointer)
        attended = workspace.attended.pointer
        maxima = workspace.maxima.pointer
        sums = workspace.sums.pointer
        capacity = workspace.maximumRows
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let tiles = (run.rowCount + Self.tileRows - 1) / Self.tileRows
        // Tile by tile, the heads of each dealt in turn: later tiles see more keys.
        for item in stride(from: part, to: tiles * attention.heads, by: parts) {
            attend(tile: item / attention.heads, head: item % attention.heads, scratch)
        }
    }

    private func attend(tile: Int, head: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let (nope, rope, value) = (configuration.nopeWidth, configuration.ropeWidth, configuration.valueWidth)
        let width = nope + rope
        let first = tile * Self.tileRows
        let row = run.firstRow + first
        let heads = attention.heads
        let tileQueries = BlockwiseAttention.Queries(
            vectors: queries + (row * heads + head) * width, stride: heads * width,
            count: min(Self.tileRows, run.rowCount - first), width: width, firstPosition: run.firstPosition + first,
            positionStep: 1, output: attended + (row * heads + head) * value, outputStride: heads * value,
            valueWidth: value, maxima: maxima + head * capacity + row, sums: sums + head * capacity + row)
        if positions.lowerBound == 0 { BlockwiseAttention.begin(tileQueries) }

        let end = min(positions.upperBound, tileQueries.firstPosition + tileQueries.count)
        if let pages {
            pages.quantize(tileQueries, scratch)
            for start in stride(from: positions.lowerBound, to: end, by: CacheLayout.pageTokens) {
                pages.attend(
                    tileQueries, head: head, page: (start - positions.lowerBound) / CacheLayout.pageTokens,
                    start: start, count: min(CacheLayout.pageTokens, end - start), scale: attention.scale,
                    scratch: scratch)
            }
        } else {
            attend(tileQueries, head: head, end: end, scratch)
        }
        if positions.upperBound == run.end { BlockwiseAttention.finish(tileQueries) }
    }

    /// In float32.
    private func attend(
        _ tileQueries: BlockwiseAttention.Queries, head: Int, end: Int, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let configuration = attention.configuration
        let (nope, rope, value) = (configuration.nopeWidth, configuration.ropeWidth, configuration.valueWidth)
        let (width, rank) = (nope + rope, configuration.keyValueRank)
        let keys = scratch
        let blockwise = BlockwiseAttention(
            kernels: kernels, scale: attention.scale, width: width, scratch: keys + Kernels.panelRows * width)
        let expandedWidth = attention.heads * (nope + value)
        for start in stride(from: positions.lowerBound, to: end, by: CacheLayout.pageTokens) {
            let local = start - positions.lowerBound
            let block = expanded + local * expandedWidth + head * (nope + value)
            let shared = latents + local * (rank + rope) + rank
            blockwise.attend(
                tileQueries, start: start, count: min(CacheLayout.pageTokens, end - start),
                values: .init(type: .float32, base: block + nope, stride: expandedWidth)
            ) { offset, rows, panel in
                for index in 0..<rows {
                    let key = keys + index * width
                    key.update(from: block + (offset + index) * expandedWidth, count: nope)
                    (key + nope).update(from: shared + (offset + index) * (rank + rope), count: rope)
                }
                kernels.packPanel(.float32, keys, stride: width, rows: rows, columns: width, panel)
            }
        }
    }
}
