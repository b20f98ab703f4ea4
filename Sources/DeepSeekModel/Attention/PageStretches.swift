/// How the pages that a row attends to are divided into stretches, each of which is attended to by itself, so that many
/// threads can work for one row. The division follows from the row's position alone, and so does its result.
struct PageStretches {
    /// Of a row.
    static let most = 16
    /// Pages of a stretch at least: less would not pay for putting the results together.
    private static let leastPages = 4

    let count: Int
    private let pages: Int
    private let pagesEach: Int

    init(position: Int) {
        pages = CacheLayout.pages(tokens: position + 1)
        pagesEach = max(Self.leastPages, (pages + Self.most - 1) / Self.most)
        count = (pages + pagesEach - 1) / pagesEach
    }

    subscript(stretch: Int) -> Range<Int> { stretch * pagesEach..<min((stretch + 1) * pagesEach, pages) }
}
