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
    /// Per panel.
    let faults: UnsafeMutablePointer<UInt8>

    static let entry = WorkerPool.entry(for: FitPanels.self)

    /// Floats of scratch for matrices of so many columns.
    static func scratch(columns: Int) -> Int {
        PackedFormat.panelRows * paddedColumns(columns) + lanesFloats + elementFloats
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
        let work = scratch + height * stride
        scratch.update(repeating: 0, count: height * stride)
        for row in 0..<rows {
            matrix.load(row: panel * height + row, scratch + row * stride, scratch: work)
            let fault = check(scratch + row * stride, count: columns)
            guard fault == .none else { return fault }
        }
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
        group: Int, rows: Range<Int>, _ values: UnsafePointer<Float>, stride: Int, to writer: PanelWriter,
        _ work: UnsafeMutablePointer<Float>
    ) {
        let size = PackedFormat.groupColumns
        let lanes = UnsafeMutableRawPointer(work).assumingMemoryBound(to: WeightLanes.self)
        let byColumn = UnsafeMutableRawPointer(work + Self.lanesFloats).assumingMemoryBound(to: SIMD8<Int8>.self)
        let elements = UnsafeMutableRawPointer(byColumn).assumingMemoryBound(to: Int8.self)
        let byRow = elements + size * WeightLanes.rows
        WeightLanes.load(values, stride: stride, column: group * size, to: lanes)
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
            fitted.write(to: byColumn)
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
