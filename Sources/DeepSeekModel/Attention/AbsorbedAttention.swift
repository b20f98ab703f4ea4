import DeepSeekTensors

/// Attention in the latent space: W^UK is folded into the query and W^UV into the output (section 2.1.2), so that the
/// cache itself is key and value, and each cached row is unpacked once for several heads.
///
/// Work is divided by row and group of heads.
struct AbsorbedAttention: ParallelWork {
    /// Heads that share a pass over the cache.
    private static let largestGroup = 8

    private let attention: MultiHeadLatentAttention
    private let kernels: Kernels
    private let plan: UnsafePointer<BatchPlan.AbsorbedRow>
    private let rows: Int
    private let pages: UnsafePointer<Int32>
    private let queries: UnsafePointer<Float>
    private let attended: UnsafeMutablePointer<Float>
    private let elementType: ElementType
    private let cacheBase: UnsafeRawPointer
    private let bytesPerPage: Int
    private let group: Int

    static let entry = WorkerPool.entry(for: AbsorbedAttention.self)

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: LatentAttentionConfiguration) -> Int {
        let width = configuration.keyValueRank + configuration.ropeWidth
        return BlockwiseAttention.scratch(width: width) + largestGroup * (width + configuration.keyValueRank + 2)
    }

    init(attention: MultiHeadLatentAttention, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.attention = attention
        kernels = workspace.kernels
        plan = UnsafePointer(workspace.plan.absorbed.pointer)
        rows = workspace.plan.absorbedCount
        pages = UnsafePointer(workspace.plan.pages.pointer)
        queries = UnsafePointer(workspace.queries.pointer)
        attended = workspace.attended.pointer
        elementType = cache.layout.elementType
        cacheBase = UnsafeRawPointer(cache.page(0, layer: layer))
        bytesPerPage = cache.layout.bytesPerPage
        let perThread = (attention.heads * rows + workspace.pool.count - 1) / workspace.pool.count
        group = min(max(perThread, 1), Self.largestGroup, attention.heads)
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let groups = (attention.heads + group - 1) / group
        // Dealt in turn, since rows differ in length.
        for item in stride(from: part, to: rows * groups, by: parts) {
            let first = item % groups * group
            attend(plan[item / groups], heads: first..<min(first + group, attention.heads), scratch)
        }
    }

    private func attend(_ row: BatchPlan.AbsorbedRow, heads: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let (rank, rope, nope) = (configuration.keyValueRank, configuration.ropeWidth, configuration.nopeWidth)
        let width = rank + rope
        let latentQueries = scratch
        let latentOutputs = latentQueries + Self.largestGroup * width
        let maxima = latentOutputs + Self.largestGroup * rank
        let sums = maxima + Self.largestGroup
        let blockwise = BlockwiseAttention(
            kernels: kernels, scale: attention.scale, width: width, scratch: sums + Self.largestGroup)

        for (index, head) in heads.enumerated() {
            let query = queries + (row.row * attention.heads + head) * configuration.queryWidth
            let target = latentQueries + index * width
            let keyRows = keyValueRows(head: head, offset: 0)
            kernels.weightedRows(
                keyRows.type, keyRows.base, stride: rank, count: nope, query, weightStride: 0, tokens: 1, width: rank,
                scale: nil, target, outputStride: width)
            (target + rank).update(from: query + nope, count: rope)
        }
        let shared = BlockwiseAttention.Queries(
            vectors: latentQueries, stride: width, count: heads.count, width: width, firstPosition: row.position,
            positionStep: 0, output: latentOutputs, outputStride: rank, valueWidth: rank, maxima: maxima, sums: sums)
        BlockwiseAttention.begin(shared)
        let stride = width * elementType.size
        for start in Swift.stride(from: 0, through: row.position, by: CacheLayout.pageTokens) {
            let page = cacheBase + Int(pages[row.firstPage + start / CacheLayout.pageTokens]) * bytesPerPage
            blockwise.attend(
                shared, start: start, count: min(CacheLayout.pageTokens, row.position - start + 1),
                values: .init(type: elementType, base: page, stride: width)
            ) { offset, rows, panel in
                kernels.packPanel(elementType, page + offset * stride, stride: width, rows: rows, columns: width, panel)
            }
        }
        BlockwiseAttention.finish(shared)
        for (index, head) in heads.enumerated() {
            let valueRows = keyValueRows(head: head, offset: nope)
            kernels.rowsDot(
                valueRows.type, valueRows.base, stride: rank, rows: configuration.valueWidth,
                latentOutputs + index * rank, columns: rank,
                attended + (row.row * attention.heads + head) * configuration.valueWidth)
        }
    }

    /// The rows of W^UK (offset 0) or W^UV (offset nope) of a head.
    private func keyValueRows(head: Int, offset: Int) -> (type: ElementType, base: UnsafeRawPointer) {
        let configuration = attention.configuration
        let row = head * (configuration.nopeWidth + configuration.valueWidth) + offset
        return (attention.keyValueUp.elementType, attention.keyValueUp.row(row))
    }
}
