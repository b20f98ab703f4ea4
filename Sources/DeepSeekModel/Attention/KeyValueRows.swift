import DeepSeekTensors

/// Row by row: rotates queries and keys of the dense family, and puts keys and values into the cache.
struct KeyValueRows: ParallelWork {
    private let attention: GroupedQueryAttention
    private let kernels: Kernels
    private let rounds: Bool
    private let rows: Int
    private let positions: UnsafePointer<Int>
    private let pages: UnsafePointer<Int32>
    private let rotations: UnsafePointer<Float>
    private let entries: UnsafeMutablePointer<Float>
    private let queries: UnsafeMutablePointer<Float>
    private let cached: CachePages

    static let entry = WorkerPool.entry(for: KeyValueRows.self)

    init(attention: GroupedQueryAttention, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.attention = attention
        kernels = workspace.kernels
        rounds = workspace.rounds
        rows = workspace.plan.rows
        positions = UnsafePointer(workspace.plan.positions.pointer)
        pages = UnsafePointer(workspace.plan.writePages.pointer)
        rotations = UnsafePointer(workspace.rotations.pointer)
        entries = workspace.latents.pointer
        queries = workspace.queries.pointer
        cached = CachePages(cache, layer: layer, kernels: workspace.kernels)
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let width = attention.configuration.headWidth
        for row in Self.range(of: rows, part: part, of: parts) {
            let rotation = rotations + row * width
            let entry = entries + row * cached.layout.width
            for head in 0..<attention.configuration.keyValueHeads {
                attention.rotary.rotate(entry + head * width, table: rotation)
            }
            cached.store(entry, page: pages[row], slot: positions[row] % CacheLayout.pageTokens)
            let query = queries + row * attention.heads * width
            for head in 0..<attention.heads { attention.rotary.rotate(query + head * width, table: rotation) }
            if rounds { kernels.roundToBFloat16(query, count: attention.heads * width) }
        }
    }
}
