import DeepSeekTensors

/// Quantises some panels of sixteen rows of a matrix, shared by the threads.
struct FitPanels: ParallelWork {
    /// What was found in a panel.
    enum Fault: UInt8 {
        case none
        case notFinite
        case tooLarge
    }

    let matrix: MatrixRows
    let kernels: Kernels
    let format: PackedFormat
    let panels: Range<Int>
    /// `[panels, bytes of a panel]`.
    let target: UnsafeMutablePointer<UInt8>
    /// Per column, padded with zeros to whole groups.
    let importance: UnsafePointer<Float>
    /// U of a ``RoundingFeedback``, `[columns, columns]`; nil rounds every weight to its nearest.
    let feedback: UnsafePointer<Float>?
    /// Per panel.
    let faults: UnsafeMutablePointer<UInt8>

    static let entry = WorkerPool.entry(for: FitPanels.self)

    /// Floats of scratch for matrices of so many columns.
    static func scratch(columns: Int) -> Int {
        2 * PackedFormat.panelRows * paddedColumns(columns) + 2 * lanesFloats + elementFloats
            + MatrixRows.scratch(columns: columns)
    }

    static func paddedColumns(_ columns: Int) -> Int {
        PanelWriter.groups(columns: columns) * PackedFormat.groupColumns
    }

    private static let lanesFloats = PackedFormat.groupColumns * WeightLanes.rows
    /// Elements of a group of eight rows by column, and then by row.
    private static let elementFloats = 2 * lanesFloats / MemoryLayout<Float>.size

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let panelBytes = format.panelBytes(columns: matrix.matrix.columns)
        for index in Self.range(of: panels.count, part: part, of: parts) {
            let fault = fit(panel: panels.lowerBound + index, to: target + index * panelBytes, scratch)
            faults[index] = fault.rawValue
        }
    }

    private func fit(
        panel: Int, to bytes: UnsafeMutablePointer<UInt8>, _ scratch: UnsafeMutablePointer<Float>
    ) -> Fault {
        let columns = matrix.matrix.columns
        let stride = Self.paddedColumns(columns)
        let height = PackedFormat.panelRows
        let rows = min(height, matrix.matrix.rows - panel * height)
        let writer = PanelWriter(format, columns: columns, bytes: bytes)
        // The weights, and behind them what they are rounded as.
        let work = scratch + 2 * height * stride
        scratch.update(repeating: 0, count: 2 * height * stride)
        for row in 0..<rows {
            matrix.load(row: panel * height + row, scratch + row * stride, scratch: work)
            let fault = check(scratch + row * stride, count: columns)
            guard fault == .none else { return fault }
        }
        if feedback != nil { (scratch + height * stride).update(from: scratch, count: height * stride) }
        for first in Swift.stride(from: 0, to: rows, by: WeightLanes.rows) {
            for group in 0..<PanelWriter.groups(columns: columns) {
                fit(
                    group: group, rows: first..<min(first + WeightLanes.rows, rows), scratch + first * stride,
                    stride: stride, to: writer, work)
            }
        }
        return .none
    }

    private func fit(
        group: Int, rows: Range<Int>, _ values: UnsafeMutablePointer<Float>, stride: Int, to writer: PanelWriter,
        _ work: UnsafeMutablePointer<Float>
    ) {
        let size = PackedFormat.groupColumns
        let lanes = UnsafeMutableRawPointer(work).assumingMemoryBound(to: WeightLanes.self)
        let byColumn = UnsafeMutableRawPointer(work + Self.lanesFloats).assumingMemoryBound(to: SIMD8<Int8>.self)
        let elements = UnsafeMutableRawPointer(byColumn).assumingMemoryBound(to: Int8.self)
        let byRow = elements + size * WeightLanes.rows
        let shifted = values + PackedFormat.panelRows * stride
        WeightLanes.load(feedback == nil ? values : shifted, stride: stride, column: group * size, to: lanes)
        var scales = SIMD8<UInt16>.zero
        var zeros = SIMD8<UInt16>.zero
        if format == .int8 {
            let fitted = Int8Groups(lanes, kernels: kernels)
            scales = fitted.codes
            fitted.write(to: byColumn)
        } else {
            let fitted = Int4Groups(lanes, importance: importance + group * size)
            scales = SIMD8<UInt16>(truncatingIfNeeded: fitted.codes)
            zeros = SIMD8<UInt16>(fitted.zeros)
            if let feedback {
                // Behind the elements.
                let originals = UnsafeMutableRawPointer(work + Self.lanesFloats + Self.elementFloats)
                    .assumingMemoryBound(to: WeightLanes.self)
                WeightLanes.load(values, stride: stride, column: group * size, to: originals)
                carry(fitted, group: group, lanes, originals, feedback, to: shifted, stride: stride, byColumn)
            } else {
                fitted.write(to: byColumn)
            }
        }
        let width = min(size, matrix.matrix.columns - group * size)
        for row in 0..<rows.count {
            // What the matrix lacks is 0.
            for column in 0..<width { byRow[column] = elements[column * WeightLanes.rows + row] }
            for column in width..<size { byRow[column] = 0 }
            writer.set(
                row: rows.lowerBound + row, group: group, elements: byRow, scale: scales[row], offset: zeros[row])
        }
    }

    /// Rounds a column after the other, and adds what it loses to the columns that come after it.
    private func carry(
        _ fitted: Int4Groups, group: Int, _ lanes: UnsafeMutablePointer<WeightLanes>,
        _ originals: UnsafeMutablePointer<WeightLanes>, _ factors: UnsafePointer<Float>,
        to rows: UnsafeMutablePointer<Float>, stride: Int, _ elements: UnsafeMutablePointer<SIMD8<Int8>>
    ) {
        let columns = matrix.matrix.columns
        let first = group * PackedFormat.groupColumns
        let width = min(PackedFormat.groupColumns, columns - first)
        for column in 0..<PackedFormat.groupColumns {
            let rounded = fitted.rounded(lanes[column])
            elements[column] = rounded.elements.asInt8
            guard column < width else { continue }
            // From here on the originals are errors.
            originals[column] -= rounded.weights
            let row = factors + (first + column) * columns + first
            for later in (column + 1)..<max(width, column + 1) { lanes[later] += originals[column] * row[later] }
        }
        let rest = columns - first - width
        guard rest > 0 else { return }
        for row in 0..<WeightLanes.rows {
            let target = rows + row * stride + first + width
            for column in 0..<width {
                kernels.addScaled(
                    factors + (first + column) * columns + first + width, by: originals[column][row], count: rest,
                    to: target)
            }
        }
    }

    private func check(_ row: UnsafePointer<Float>, count: Int) -> Fault {
        var largest: Float = 0
        // Grows for numbers that are not finite, and stays 0 for all others.
        var rest: Float = 0
        for column in 0..<count {
            largest = max(largest, row[column].magnitude)
            rest += row[column] * 0
        }
        guard rest == 0 else { return .notFinite }
        return largest <= (format == .int8 ? Int8Groups.largestWeight : Int4Groups.largestWeight) ? .none : .tooLarge
    }
}
