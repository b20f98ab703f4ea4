import DeepSeekTensors

/// Attention in the latent space: W^UK is folded into the query and W^UV into the output (section 2.1.2), so that the
/// cache itself is key and value, and each cached row is unpacked once for several heads.
///
/// Three steps, each shared by the threads: queries into the latent space (by head, since the rows of a head share its
/// part of W^UK), attention (by row and group of heads), outputs out of it (by head). Rows go in blocks, which bounds the
/// memory of what lies between.
struct AbsorbedAttention: ParallelWork {
    private enum Step {
        case absorbQueries
        case attend
        case expandOutputs
    }

    /// Heads that share a pass over the cache.
    private static let largestGroup = 8
    /// Rows between the steps.
    private static let blockRows = 32

    private let attention: MultiHeadLatentAttention
    private let kernels: Kernels
    private let up: MatrixRows
    private let plan: UnsafeBufferPointer<BatchPlan.AbsorbedRow>
    private let pages: UnsafePointer<Int32>
    private let queries: UnsafePointer<Float>
    private let attended: UnsafeMutablePointer<Float>
    /// `[rows, heads, latent + rope]`, and after them outputs `[rows, heads, latent]`.
    private let latentQueries: UnsafeMutablePointer<Float>
    private let latentOutputs: UnsafeMutablePointer<Float>
    private let elementType: ElementType
    private let cacheBase: UnsafeRawPointer
    private let bytesPerPage: Int
    private let group: Int
    private let quantizes: Bool
    private var step = Step.absorbQueries

    static let entry = WorkerPool.entry(for: AbsorbedAttention.self)

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: LatentAttentionConfiguration) -> Int {
        let width = configuration.keyValueRank + configuration.ropeWidth
        let parts = blockRows * max(configuration.nopeWidth, configuration.valueWidth)
        return max(
            BlockwiseAttention.scratch(width: width) + 2 * largestGroup,
            MatrixRows.scratch(columns: configuration.keyValueRank) + parts)
    }

    /// Floats between the steps.
    static func floats(_ configuration: LatentAttentionConfiguration, heads: Int, rows: Int) -> Int {
        min(rows, blockRows) * heads * (2 * configuration.keyValueRank + configuration.ropeWidth)
    }

    /// Attends with all rows of the batch that take this form.
    static func attend(
        _ attention: MultiHeadLatentAttention, layer: Int, cache: LatentCache, workspace: Workspace
    ) {
        let count = workspace.plan.absorbedCount
        for first in stride(from: 0, to: count, by: blockRows) {
            let rows = first..<min(first + blockRows, count)
            var work = AbsorbedAttention(attention, rows: rows, layer: layer, cache: cache, workspace: workspace)
            workspace.pool.run(work)
            work.step = .attend
            workspace.pool.run(work)
            work.step = .expandOutputs
            workspace.pool.run(work)
        }
    }

    private init(
        _ attention: MultiHeadLatentAttention, rows: Range<Int>, layer: Int, cache: LatentCache, workspace: Workspace
    ) {
        self.attention = attention
        kernels = workspace.kernels
        up = MatrixRows(attention.keyValueUp, kernels: workspace.kernels)
        plan = UnsafeBufferPointer(
            start: workspace.plan.absorbed.pointer + rows.lowerBound, count: rows.count)
        pages = UnsafePointer(workspace.plan.pages.pointer)
        queries = UnsafePointer(workspace.queries.pointer)
        attended = workspace.attended.pointer
        latentQueries = workspace.absorbed.pointer
        latentOutputs = latentQueries + rows.count * attention.heads * attention.keyValueDown.rows
        elementType = cache.layout.elementType
        cacheBase = UnsafeRawPointer(cache.page(0, layer: layer))
        bytesPerPage = cache.layout.bytesPerPage
        quantizes = workspace.options.arithmetic == .int8
        let perThread = (attention.heads * rows.count + workspace.pool.count - 1) / workspace.pool.count
        group = min(max(perThread, 1), Self.largestGroup, attention.heads)
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        switch step {
        case .absorbQueries:
            for head in Self.range(of: attention.heads, part: part, of: parts) { absorbQueries(head, scratch) }
        case .attend:
            let groups = (attention.heads + group - 1) / group
            // Dealt in turn, since rows differ in length.
            for item in stride(from: part, to: plan.count * groups, by: parts) {
                let first = item % groups * group
                attend(item / groups, heads: first..<min(first + group, attention.heads), scratch)
            }
        case .expandOutputs:
            for head in Self.range(of: attention.heads, part: part, of: parts) { expandOutputs(head, scratch) }
        }
    }

    /// q^C·W^UK beside q^R, for all rows of a head.
    private func absorbQueries(_ head: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let (rank, rope, nope) = (configuration.keyValueRank, configuration.ropeWidth, configuration.nopeWidth)
        let width = rank + rope
        let parts = scratch + MatrixRows.scratch(columns: rank)
        for (index, row) in plan.enumerated() {
            let query = queries + (row.row * attention.heads + head) * configuration.queryWidth
            (parts + index * nope).update(from: query, count: nope)
            (latentQueries + (index * attention.heads + head) * width + rank).update(from: query + nope, count: rope)
        }
        up.weightedSum(
            keyRows(of: head), weights: parts, weightStride: nope, tokens: plan.count, latentQueries + head * width,
            yStride: attention.heads * width, scratch: scratch)
    }

    private func attend(_ index: Int, heads: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let row = plan[index]
        let rank = attention.configuration.keyValueRank
        let width = rank + attention.configuration.ropeWidth
        let first = index * attention.heads + heads.lowerBound
        let blockwise = BlockwiseAttention(
            kernels: kernels, scale: attention.scale, width: width, scratch: scratch + 2 * Self.largestGroup)
        let shared = BlockwiseAttention.Queries(
            vectors: latentQueries + first * width, stride: width, count: heads.count, width: width,
            firstPosition: row.position, positionStep: 0, output: latentOutputs + first * rank, outputStride: rank,
            valueWidth: rank, maxima: scratch, sums: scratch + Self.largestGroup)
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
    }

    /// o·W^UV for all rows of a head.
    private func expandOutputs(_ head: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let rank = configuration.keyValueRank
        for (index, row) in plan.enumerated() {
            up.dot(
                valueRows(of: head), latentOutputs + (index * attention.heads + head) * rank,
                attended + (row.row * attention.heads + head) * configuration.valueWidth, quantizes: quantizes,
                scratch: scratch)
        }
    }

    /// The rows of W^UK of a head.
    private func keyRows(of head: Int) -> Range<Int> {
        let first = head * (attention.configuration.nopeWidth + attention.configuration.valueWidth)
        return first..<first + attention.configuration.nopeWidth
    }

    /// The rows of W^UV of a head.
    private func valueRows(of head: Int) -> Range<Int> {
        let first = keyRows(of: head).upperBound
        return first..<first + attention.configuration.valueWidth
    }
}
