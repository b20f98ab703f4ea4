import DeepSeekTensors

/// The attention of the dense family over cached keys and values, divided by run of rows, tile and key-value head.
struct GroupedAttention: ParallelWork {
    private static let tileRows = BlockwiseAttention.largestCount

    private let attention: GroupedQueryAttention
    private let kernels: Kernels
    private let runs: UnsafePointer<BatchPlan.Run>
    private let runCount: Int
    private let pages: UnsafePointer<Int32>
    private let queries: UnsafePointer<Float>
    private let attended: UnsafeMutablePointer<Float>
    private let cached: CachePages

    static let entry = WorkerPool.entry(for: GroupedAttention.self)

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: GroupedQueryConfiguration) -> Int {
        BlockwiseAttention.scratch(width: configuration.headWidth) + 2 * BlockwiseAttention.largestCount
            + 2 * CachePages.scratch(width: configuration.headWidth)
    }

    init(attention: GroupedQueryAttention, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.attention = attention
        kernels = workspace.kernels
        runs = UnsafePointer(workspace.plan.runs.pointer)
        runCount = workspace.plan.runCount
        pages = UnsafePointer(workspace.plan.pages.pointer)
        queries = UnsafePointer(workspace.queries.pointer)
        attended = workspace.attended.pointer
        cached = CachePages(cache, layer: layer, kernels: workspace.kernels)
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let groups = attention.configuration.keyValueHeads
        var item = 0
        for index in 0..<runCount {
            let run = runs[index]
            for first in stride(from: 0, to: run.rowCount, by: Self.tileRows) {
                let rows = min(Self.tileRows, run.rowCount - first)
                for group in 0..<groups {
                    if item % parts == part { attend(run, first: first, rows: rows, group: group, scratch) }
                    item += 1
                }
            }
        }
    }

    /// One key-value head: for a single row its query heads go together, for several rows each head by itself.
    private func attend(
        _ run: BatchPlan.Run, first: Int, rows: Int, group: Int, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let width = attention.configuration.headWidth
        let perGroup = attention.heads / attention.configuration.keyValueHeads
        let together = rows == 1 ? BlockwiseAttention.largestCount : 1
        for head in stride(from: 0, to: perGroup, by: together) {
            let row = run.firstRow + first
            let offset = (row * attention.heads + group * perGroup + head) * width
            let stride = rows == 1 ? width : attention.heads * width
            let queries = BlockwiseAttention.Queries(
                vectors: self.queries + offset, stride: stride,
                count: rows == 1 ? min(together, perGroup - head) : rows, width: width,
                firstPosition: run.firstPosition + first, positionStep: rows == 1 ? 0 : 1, output: attended + offset,
                outputStride: stride, valueWidth: width, maxima: scratch,
                sums: scratch + BlockwiseAttention.largestCount)
            attend(queries, firstPage: run.firstPage, end: run.firstPosition + first + rows, group: group, scratch)
        }
    }

    private func attend(
        _ queries: BlockwiseAttention.Queries, firstPage: Int, end: Int, group: Int,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let width = attention.configuration.headWidth
        let values = attention.configuration.keyValueHeads + group
        let unpacked = scratch + 2 * BlockwiseAttention.largestCount
        let blockwise = BlockwiseAttention(
            kernels: kernels, scale: attention.scale, width: width,
            scratch: unpacked + 2 * CachePages.scratch(width: width))
        BlockwiseAttention.begin(queries)
        for start in stride(from: 0, to: end, by: CacheLayout.pageTokens) {
            let page = pages[firstPage + start / CacheLayout.pageTokens]
            let count = min(CacheLayout.pageTokens, end - start)
            let keys = cached.rows(page, segments: group..<group + 1, count: count, scratch: unpacked)
            blockwise.attend(
                queries, start: start, count: count,
                values: cached.rows(
                    page, segments: values..<values + 1, count: count,
                    scratch: unpacked + CachePages.scratch(width: width))
            ) { offset, rows, panel in
                kernels.packPanel(
                    keys.type, keys.base + offset * keys.stride * keys.type.size, stride: keys.stride, rows: rows,
                    columns: width, panel)
            }
        }
        BlockwiseAttention.finish(queries)
    }
}
