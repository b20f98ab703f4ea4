import DeepSeekTensors

/// Rounds some bands of 128 rows of a matrix to float8 with a scale per block, shared by the threads.
struct FitBlocks: ParallelWork {
    let matrix: MatrixRows
    let bands: Range<Int>
    /// `[rows of the bands, columns]`.
    let target: UnsafeMutablePointer<UInt8>
    /// `[bands, blocks of columns]`.
    let scales: UnsafeMutablePointer<Float>
    /// Per band, as of ``FitPanels``.
    let faults: UnsafeMutablePointer<UInt8>

    static let entry = WorkerPool.entry(for: FitBlocks.self)

    /// Floats of scratch for matrices of so many columns.
    static func scratch(columns: Int) -> Int { columns + MatrixRows.scratch(columns: columns) }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for index in Self.range(of: bands.count, part: part, of: parts) {
            faults[index] = fit(band: index, scratch).rawValue
        }
    }

    /// Rows are read twice, for the scales and for the elements: converting them again costs less than keeping 128.
    private func fit(band: Int, _ scratch: UnsafeMutablePointer<Float>) -> FitPanels.Fault {
        let columns = matrix.matrix.columns
        let blocks = Float8Format.blocks(columns)
        let first = (bands.lowerBound + band) * Float8Format.blockRows
        let rows = first..<min(first + Float8Format.blockRows, matrix.matrix.rows)
        let (row, work) = (scratch, scratch + columns)
        let scales = scales + band * blocks
        scales.update(repeating: 0, count: blocks)
        for index in rows {
            matrix.load(row: index, row, scratch: work)
            var rest: Float = 0
            for column in 0..<columns {
                let block = column / Float8Format.blockColumns
                scales[block] = max(scales[block], row[column].magnitude)
                rest += row[column] * 0
            }
            guard rest == 0 else { return .notFinite }
        }
        for block in 0..<blocks {
            scales[block] = scales[block] == 0 ? 1 : max(scales[block] / Float8.largest, .leastNormalMagnitude)
        }
        for index in rows {
            matrix.load(row: index, row, scratch: work)
            let target = target + ((index - first) + band * Float8Format.blockRows) * columns
            for column in 0..<columns {
                target[column] = Float8.bits(row[column] / scales[column / Float8Format.blockColumns])
            }
        }
        return .none
    }
}
