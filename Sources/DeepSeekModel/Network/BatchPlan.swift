import DeepSeekTensors

/// A batch as the layers need it: positions, page tables and the form of attention of each row, worked out once per
/// forward pass.
final class BatchPlan {
    /// One row that attends in absorbed form.
    struct AbsorbedRow: BitwiseCopyable {
        var row: Int
        var position: Int
        /// Of its sequence's page table in `pages`.
        var firstPage: Int
    }

    /// A run of rows of one sequence.
    struct Run: BitwiseCopyable {
        var firstRow: Int
        var rowCount: Int
        var firstPosition: Int
        var firstPage: Int
        /// Position after the last row.
        var end: Int { firstPosition + rowCount }
    }

    private(set) var rows = 0
    let positions = ScratchArray<Int>()
    /// The page that takes the row's cache entry, and the slot in it.
    let writePages = ScratchArray<Int32>()
    /// Page tables of all sequences, one after the other.
    let pages = ScratchArray<Int32>()
    let absorbed = ScratchArray<AbsorbedRow>()
    private(set) var absorbedCount = 0
    /// Runs that attend in expanded form.
    private(set) var expanded: [Run] = []
    /// All runs, for attention that has one form.
    let runs = ScratchArray<Run>()
    private(set) var runCount = 0

    /// For work that does not attend.
    func prepare(rows: Int) { self.rows = rows }

    /// The sequences must have pages for their new tokens already.
    func prepare(_ batch: Batch, options: ForwardOptions) {
        rows = batch.tokens.count
        positions.reserve(rows)
        writePages.reserve(rows)
        absorbed.reserve(rows)
        pages.reserve(batch.segments.reduce(0) { $0 + $1.sequence.pages.count })
        absorbedCount = 0
        expanded.removeAll(keepingCapacity: true)
        runs.reserve(batch.segments.count)
        runCount = batch.segments.count
        var firstPage = 0
        for (number, segment) in batch.segments.enumerated() {
            let start = segment.sequence.length
            for (index, page) in segment.sequence.pages.enumerated() { pages.pointer[firstPage + index] = page }
            let run = Run(
                firstRow: segment.rows.lowerBound, rowCount: segment.rows.count, firstPosition: start,
                firstPage: firstPage)
            runs.pointer[number] = run
            let isExpanded = options.form(rows: segment.rows.count) == .expanded
            if isExpanded { expanded.append(run) }
            for (offset, row) in segment.rows.enumerated() {
                let position = start + offset
                positions.pointer[row] = position
                writePages.pointer[row] = pages.pointer[firstPage + position / CacheLayout.pageTokens]
                if !isExpanded {
                    absorbed.pointer[absorbedCount] = AbsorbedRow(row: row, position: position, firstPage: firstPage)
                    absorbedCount += 1
                }
            }
            firstPage += segment.sequence.pages.count
        }
    }
}
