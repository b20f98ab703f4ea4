import DeepSeekTensors

/// Copies a stretch of a sequence's cache rows out of their pages as float32, `[positions, width]`.
struct CachedRows: ParallelWork {
    private let positions: Range<Int>
    private let pages: UnsafePointer<Int32>
    private let elementType: ElementType
    private let width: Int
    private let cacheBase: UnsafeRawPointer
    private let bytesPerPage: Int
    private let target: UnsafeMutablePointer<Float>
    private let kernels: Kernels

    static let entry = WorkerPool.entry(for: CachedRows.self)

    init(positions: Range<Int>, firstPage: Int, layer: Int, cache: LatentCache, workspace: Workspace) {
        self.positions = positions
        pages = UnsafePointer(workspace.plan.pages.pointer + firstPage)
        elementType = cache.layout.elementType
        width = cache.layout.width
        cacheBase = UnsafeRawPointer(cache.page(0, layer: layer))
        bytesPerPage = cache.layout.bytesPerPage
        target = workspace.cachedRows.pointer
        kernels = workspace.kernels
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for index in Self.range(of: positions.count, part: part, of: parts) {
            let position = positions.lowerBound + index
            let page = cacheBase + Int(pages[position / CacheLayout.pageTokens]) * bytesPerPage
            let row = page + position % CacheLayout.pageTokens * width * elementType.size
            kernels.load(elementType, row, count: width, target + index * width)
        }
    }
}
