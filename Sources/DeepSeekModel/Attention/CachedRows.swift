import DeepSeekTensors

/// Copies a stretch of a sequence's cache rows out of their pages as float32, `[positions, width]`.
struct CachedRows: ParallelWork {
    private let positions: Range<Int>
    private let pages: UnsafePointer<Int32>
    private let cached: CachePages
    private let target: UnsafeMutablePointer<Float>

    static let entry = WorkerPool.entry(for: CachedRows.self)

    init(positions: Range<Int>, firstPage: Int, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.positions = positions
        pages = UnsafePointer(workspace.plan.pages.pointer + firstPage)
        cached = CachePages(cache, layer: layer, kernels: workspace.kernels)
        target = workspace.cachedRows.pointer
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for index in Self.range(of: positions.count, part: part, of: parts) {
            let position = positions.lowerBound + index
            cached.load(
                page: pages[position / CacheLayout.pageTokens], slot: position % CacheLayout.pageTokens,
                target + index * cached.layout.width)
        }
    }
}
