import DeepSeekTensors

/// Attention in the latent space: W^UK is folded into the query and W^UV into the output (section 2.1.2), so that the
/// cache itself is key and value, and each cached row is unpacked once for several heads.
///
/// Three steps, each shared by the threads: queries into the latent space (by head, since the rows of a head share its
/// part of W^UK), attention (by row and group of heads; see ``IntegerLatentAttention`` for low-bit caches in int8
/// arithmetic), outputs out of it (by head). Rows go in blocks, which bounds the memory of what lies between.
struct AbsorbedAttention: ParallelWork {
    private enum Step {
        case absorbQueries
        case attend
        case expandOutputs
    }

    /// Heads that share a pass over the cache.
    private static let largestGroup = 8

    private let attention: MultiHeadLatentAttention
    private let kernels: Kernels
    private let up: MatrixRows
    private let plan: UnsafeBufferPointer<BatchPlan.AbsorbedRow>
    private let pages: UnsafePointer<Int32>
    private let queries: UnsafePointer<Float>
    private let attended: UnsafeMutablePointer<Float>
    private let memory: AbsorbedMemory
    private let cached: CachePages
    /// How the pages are attended to where that is done in integers.
    private let integer: IntegerLatentAttention?
    private let group: Int
    private let quantizes: Bool
    private var step = Step.absorbQueries

    static let entry = WorkerPool.entry(for: AbsorbedAttention.self)

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: LatentAttentionConfiguration) -> Int {
        let width = configuration.keyValueRank + configuration.ropeWidth
        let rows = MatrixRows.scratch(columns: configuration.keyValueRank)
        let parts = AbsorbedMemory.rows * max(configuration.nopeWidth, configuration.valueWidth)
        let integer = IntegerLatentAttention.scratch(configuration)
        return max(
            BlockwiseAttention.scratch(width: width) + 2 * largestGroup + CachePages.scratch(width: width),
            rows + max(parts, integer), integer)
    }

    /// Attends with all rows of the batch that take this form.
    static func attend(
        _ attention: MultiHeadLatentAttention, layer: Int, cache: LatentCache, workspace: Workspace
    ) {
        var rest = UnsafeBufferPointer(
            start: workspace.plan.absorbed.pointer, count: workspace.plan.absorbedCount)
        while !rest.isEmpty {
            var work = AbsorbedAttention(attention, first: rest, layer: layer, cache: cache, workspace: workspace)
            workspace.pool.run(work)
            work.step = .attend
            workspace.pool.run(work, perThread: work.itemsPerThread(workspace.pool.count))
            work.step = .expandOutputs
            workspace.pool.run(work)
            rest = UnsafeBufferPointer(rebasing: rest[work.plan.count...])
        }
    }

    /// As many of some rows as fit.
    private init(
        _ attention: MultiHeadLatentAttention, first rows: UnsafeBufferPointer<BatchPlan.AbsorbedRow>, layer: Int,
        cache: LatentCache, workspace: Workspace
    ) {
        self.attention = attention
        kernels = workspace.kernels
        up = MatrixRows(attention.keyValueUp, kernels: workspace.kernels)
        pages = UnsafePointer(workspace.plan.pages.pointer)
        queries = UnsafePointer(workspace.queries.pointer)
        attended = workspace.attended.pointer
        memory = AbsorbedMemory(attention.configuration, heads: attention.heads, workspace: workspace)
        cached = CachePages(cache, layer: layer, kernels: workspace.kernels)
        quantizes = workspace.options.arithmetic == .int8
        if quantizes, case .packed(let format) = cache.layout.format.storage {
            plan = UnsafeBufferPointer(rebasing: rows.prefix(IntegerLatentAttention.rowCount(rows)))
            integer = IntegerLatentAttention(
                attention, format: format, rows: plan, cached: cached, memory: memory, workspace: workspace)
        } else {
            plan = UnsafeBufferPointer(rebasing: rows.prefix(AbsorbedMemory.rows))
            integer = nil
        }
        let perThread = (attention.heads * plan.count + workspace.pool.count - 1) / workspace.pool.count
        group = min(max(perThread, 1), Self.largestGroup, attention.heads)
    }

    /// Parts of the middle step for each thread.
    private func itemsPerThread(_ threads: Int) -> Int { integer.map { ($0.items + threads - 1) / threads } ?? 1 }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        switch step {
        case .absorbQueries:
            for head in Self.range(of: attention.heads, part: part, of: parts) { absorbQueries(head, scratch) }
        case .attend:
            if let integer {
                for item in stride(from: part, to: integer.items, by: parts) { integer.attend(item: item, scratch) }
                return
            }
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
            (memory.queries + (index * attention.heads + head) * width + rank).update(from: query + nope, count: rope)
        }
        up.weightedSum(
            keyRows(of: head), weights: parts, weightStride: nope, tokens: plan.count, memory.queries + head * width,
            yStride: attention.heads * width, scratch: scratch)
        guard let integer else { return }
        for index in plan.indices {
            integer.quantize(memory.queries + (index * attention.heads + head) * width, row: index, head: head)
        }
    }

    private func attend(_ index: Int, heads: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let row = plan[index]
        let rank = attention.configuration.keyValueRank
        let width = rank + attention.configuration.ropeWidth
        let first = index * attention.heads + heads.lowerBound
        let unpacked = scratch + 2 * Self.largestGroup
        let blockwise = BlockwiseAttention(
            kernels: kernels, scale: attention.scale, width: width, scratch: unpacked + CachePages.scratch(width: width)
        )
        let shared = BlockwiseAttention.Queries(
            vectors: memory.queries + first * width, stride: width, count: heads.count, width: width,
            firstPosition: row.position, positionStep: 0, output: memory.outputs + first * rank, outputStride: rank,
            valueWidth: rank, maxima: scratch, sums: scratch + Self.largestGroup)
        BlockwiseAttention.begin(shared)
        for start in stride(from: 0, through: row.position, by: CacheLayout.pageTokens) {
            let count = min(CacheLayout.pageTokens, row.position - start + 1)
            let latents = cached.rows(
                pages[row.firstPage + start / CacheLayout.pageTokens], segments: 0..<2, count: count, scratch: unpacked)
            blockwise.attend(shared, start: start, count: count, values: latents) { offset, rows, panel in
                kernels.packPanel(
                    latents.type, latents.base + offset * width * latents.type.size, stride: width, rows: rows,
                    columns: width, panel)
            }
        }
        BlockwiseAttention.finish(shared)
    }

    /// o·W^UV for all rows of a head.
    private func expandOutputs(_ head: Int, _ scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let rank = configuration.keyValueRank
        let merging = scratch + MatrixRows.scratch(columns: rank)
        for (index, row) in plan.enumerated() {
            let output =
                integer?.merged(index, head: head, merging)
                ?? UnsafePointer(memory.outputs + (index * attention.heads + head) * rank)
            up.dot(
                valueRows(of: head), output,
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
