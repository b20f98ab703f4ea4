import DeepSeekTensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The middle of absorbed attention over a low-bit cache, in integers: queries are rounded to int8, softmax weights to 14
/// bits, and the cache is read as it lies, each page once for all heads of an item.
///
/// Sums of products are exact, so neither the instruction set nor the division of heads among threads changes a bit. The
/// pages of a row are divided as ``PageStretches`` says.
struct IntegerLatentAttention {
    private let configuration: LatentAttentionConfiguration
    private let heads: Int
    private let scale: Float
    private let format: PackedCacheFormat
    private let kernels: Kernels
    private let memory: AbsorbedMemory
    private let rows: UnsafeBufferPointer<BatchPlan.AbsorbedRow>
    private let pages: UnsafePointer<Int32>
    private let cached: CachePages
    /// Heads of an item.
    private let group: Int

    /// Heads that share a pass over the cache at most: what they write per page then stays in a second-level cache.
    private static let largestGroup = 64

    /// Floats of scratch for one worker.
    static func scratch(_ configuration: LatentAttentionConfiguration) -> Int {
        let perHead = CacheLayout.pageTokens + 1 + CacheKernels.weightBytes / MemoryLayout<Float>.size
        return max(largestGroup * perHead, configuration.keyValueRank + PageStretches.most)
    }

    /// How many rows from the first on go through the steps together.
    static func rowCount(_ rows: UnsafeBufferPointer<BatchPlan.AbsorbedRow>) -> Int {
        var (count, slots) = (0, 0)
        for row in rows.prefix(AbsorbedMemory.rows) {
            slots += PageStretches(position: row.position).count
            guard slots <= AbsorbedMemory.slots else { break }
            count += 1
        }
        return count
    }

    init(
        _ attention: MultiHeadLatentAttention, format: PackedCacheFormat,
        rows: UnsafeBufferPointer<BatchPlan.AbsorbedRow>, cached: CachePages, memory: AbsorbedMemory,
        workspace: Workspace
    ) {
        configuration = attention.configuration
        heads = attention.heads
        scale = attention.scale
        self.format = format
        kernels = workspace.kernels
        self.memory = memory
        self.rows = rows
        pages = UnsafePointer(workspace.plan.pages.pointer)
        self.cached = cached
        let slots = rows.reduce(0) { $0 + PageStretches(position: $1.position).count }
        let threads = workspace.pool.count
        group = min((heads * slots + threads - 1) / threads, heads, Self.largestGroup)
    }

    /// Parts of the work that are computed by themselves: a stretch of a row for a group of heads each.
    var items: Int { slots * groups }

    private var groups: Int { (heads + group - 1) / group }
    private var slots: Int { firstSlot(of: rows.count) }

    /// Slots of all rows before one.
    private func firstSlot(of index: Int) -> Int {
        rows.prefix(index).reduce(0) { $0 + PageStretches(position: $1.position).count }
    }

    private func quantized(_ index: Int, _ head: Int) -> UnsafeMutablePointer<UInt8> {
        memory.quantized + (index * heads + head) * AbsorbedMemory.queryBytes(configuration)
    }

    /// Rounds a head's query, `[latent, rope]`, to int8, the parts each with scales of their own.
    func quantize(_ query: UnsafePointer<Float>, row index: Int, head: Int) {
        let target = quantized(index, head)
        let rank = configuration.keyValueRank
        kernels.packed.quantizeRow(query, columns: rank, target)
        kernels.packed.quantizeRow(
            query + rank, columns: configuration.ropeWidth, target + PackedKernels.rowBytes(columns: rank))
    }

    func attend(item: Int, _ scratch: UnsafeMutablePointer<Float>) {
        var (index, stretch) = (0, item / groups)
        while stretch >= PageStretches(position: rows[index].position).count {
            stretch -= PageStretches(position: rows[index].position).count
            index += 1
        }
        let first = item % groups * group
        attend(index, stretch: stretch, slot: item / groups, heads: first..<min(first + group, heads), scratch)
    }

    private func attend(
        _ index: Int, stretch: Int, slot: Int, heads range: Range<Int>, _ scratch: UnsafeMutablePointer<Float>
    ) {
        let row = rows[index]
        let (rank, rope) = (configuration.keyValueRank, configuration.ropeWidth)
        let page = CacheLayout.pageTokens
        let queries = quantized(index, range.lowerBound)
        let queryBytes = AbsorbedMemory.queryBytes(configuration)
        let output = memory.outputs + (slot * heads + range.lowerBound) * rank
        let maxima = memory.maxima + slot * heads + range.lowerBound
        let sums = memory.sums + slot * heads + range.lowerBound
        output.update(repeating: 0, count: range.count * rank)
        maxima.update(repeating: -.infinity, count: range.count)
        sums.update(repeating: 0, count: range.count)

        let scores = scratch
        let rescales = scores + range.count * page
        let weights = UnsafeMutableRawPointer(rescales + range.count)
        for number in PageStretches(position: row.position)[stretch] {
            let latents = cached.page(pages[row.firstPage + number])
            let keys = latents + format.segmentBytes(columns: rank)
            scores.update(repeating: 0, count: range.count * page)
            kernels.cache.addScores(
                format, latents, columns: rank, queries: queries, rowBytes: queryBytes, heads: range.count, to: scores)
            kernels.cache.addScores(
                format, keys, columns: rope, queries: queries + PackedKernels.rowBytes(columns: rank),
                rowBytes: queryBytes, heads: range.count, to: scores)
            let count = min(page, row.position + 1 - number * page)
            for head in 0..<range.count {
                rescales[head] = kernels.softmaxBlock(
                    scores + head * page, count: count, capacity: page, factor: scale, maximum: maxima + head,
                    sum: sums + head)
                kernels.cache.weights(
                    format, scores + head * page, segment: latents, columns: rank, count: count,
                    weights + head * CacheKernels.weightBytes)
            }
            kernels.cache.addValues(
                format, latents, columns: rank, weights: weights, heads: range.count, rescale: rescales, to: output,
                outputStride: rank)
        }
    }

    /// Puts a row's stretches together: Σ exp(m_s − m)·o_s / Σ exp(m_s − m)·l_s.
    ///
    /// - Returns: the head's output in the latent space, in `scratch`.
    func merged(_ index: Int, head: Int, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
        let rank = configuration.keyValueRank
        let slot = firstSlot(of: index)
        let count = PageStretches(position: rows[index].position).count
        let (maxima, sums) = (memory.maxima + slot * heads + head, memory.sums + slot * heads + head)
        let weights = scratch + rank
        var maximum = -Float.infinity
        for stretch in 0..<count { maximum = max(maximum, maxima[stretch * heads]) }
        var sum: Float = 0
        for stretch in 0..<count {
            weights[stretch] = expf(maxima[stretch * heads] - maximum)
            sum += weights[stretch] * sums[stretch * heads]
        }
        for stretch in 0..<count { weights[stretch] /= sum }
        kernels.weightedRows(
            .float32, memory.outputs + (slot * heads + head) * rank, stride: heads * rank, count: count, weights,
            weightStride: count, tokens: 1, width: rank, scale: nil, scratch, outputStride: rank)
        return UnsafePointer(scratch)
    }
}
