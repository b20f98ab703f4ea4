import DeepSeekTensors

/// What follows the down-projections, row by row: the latent is normalised, the shared key and the queries are rotated,
/// and latent and key go into the cache.
struct LatentRows: ParallelWork {
    private let attention: MultiHeadLatentAttention
    private let kernels: Kernels
    private let rounds: Bool
    private let rows: Int
    private let positions: UnsafePointer<Int>
    private let pages: UnsafePointer<Int32>
    private let rotations: UnsafePointer<Float>
    private let latents: UnsafeMutablePointer<Float>
    private let queries: UnsafeMutablePointer<Float>
    private let cached: CachePages

    static let entry = WorkerPool.entry(for: LatentRows.self)

    init(attention: MultiHeadLatentAttention, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.attention = attention
        kernels = workspace.kernels
        rounds = workspace.rounds
        rows = workspace.plan.rows
        positions = UnsafePointer(workspace.plan.positions.pointer)
        pages = UnsafePointer(workspace.plan.writePages.pointer)
        rotations = UnsafePointer(workspace.rotations.pointer)
        latents = workspace.latents.pointer
        queries = workspace.queries.pointer
        cached = CachePages(cache, layer: layer, kernels: workspace.kernels)
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let configuration = attention.configuration
        let (rank, rope) = (configuration.keyValueRank, configuration.ropeWidth)
        let width = rank + rope
        for row in Self.range(of: rows, part: part, of: parts) {
            let rotation = rotations + row * rope
            let latent = latents + row * width
            attention.keyValueNorm.apply(latent, to: latent, kernels: kernels, rounds: rounds)
            attention.rotary.rotate(latent + rank, table: rotation)
            cached.store(latent, page: pages[row], slot: positions[row] % CacheLayout.pageTokens)

            let query = queries + row * attention.heads * configuration.queryWidth
            for head in 0..<attention.heads {
                attention.rotary.rotate(
                    query + head * configuration.queryWidth + configuration.nopeWidth, table: rotation)
            }
            if rounds { kernels.roundToBFloat16(query, count: attention.heads * configuration.queryWidth) }
        }
    }
}
