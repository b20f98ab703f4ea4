/// Products with some rows of a matrix in float32, whatever its format: where a matrix is used in parts, or read both
/// ways.
package struct MatrixRows {
    package let matrix: WeightMatrix
    private let kernels: Kernels
    private let packed: PackedKernels

    /// Floats of scratch for matrices of so many columns.
    package static func scratch(columns: Int) -> Int {
        Kernels.panelSize(columns: columns) + PackedFormat.panelRows
    }

    package init(_ matrix: WeightMatrix, kernels: Kernels) {
        self.matrix = matrix
        self.kernels = kernels
        packed = kernels.packed
    }

    /// One row as float32.
    package func load(row: Int, _ y: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
        switch matrix.format {
        case .elements(let type): kernels.load(type, matrix.row(row, of: type), count: matrix.columns, y)
        case .packed, .float8:
            y.update(from: unpackedRows(with: row, scratch) + row % 8 * rowStride, count: matrix.columns)
        }
    }

    /// y[r] = w[r] · x for each of some rows.
    ///
    /// - Parameter quantizes: computes with x as int8 where the weights are panels and the rows begin with one.
    package func dot(
        _ rows: Range<Int>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, quantizes: Bool,
        scratch: UnsafeMutablePointer<Float>
    ) {
        switch matrix.format {
        case .packed(let format) where quantizes && rows.lowerBound.isMultiple(of: PackedFormat.panelRows):
            let rowBytes = PackedKernels.rowBytes(columns: matrix.columns)
            let height = PackedFormat.panelRows
            // Row and results take less than the eight rows that the scratch is for.
            let row = UnsafeMutableRawPointer(scratch + height).assumingMemoryBound(to: UInt8.self)
            packed.quantizeRow(x, columns: matrix.columns, row)
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: height) {
                packed.product(
                    format, matrix.panel(withRow: first, of: format), columns: matrix.columns, row, rowBytes: rowBytes,
                    tokens: 1, scratch, yStride: height)
                (y + first - rows.lowerBound).update(from: scratch, count: min(height, rows.upperBound - first))
            }
        case .elements(let type):
            kernels.rowsDot(
                type, matrix.row(rows.lowerBound, of: type), stride: matrix.columns, rows: rows.count, x,
                columns: matrix.columns, y)
        case .packed, .float8:
            let results = scratch + Kernels.panelSize(columns: matrix.columns)
            forEachEight(rows) { first, part in
                unpackPanel(with: first, scratch)
                kernels.panelProduct(
                    scratch, rows: 8, x, xStride: 0, tokens: 1, columns: matrix.columns, results, yStride: 8)
                (y + part.lowerBound - rows.lowerBound).update(
                    from: results + part.lowerBound - first, count: part.count)
            }
        }
    }

    /// y[t] = Σ_r weights[t][r] · w[r], over some rows, for each of some tokens.
    package func weightedSum(
        _ rows: Range<Int>, weights: UnsafePointer<Float>, weightStride: Int, tokens: Int,
        _ y: UnsafeMutablePointer<Float>, yStride: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        switch matrix.format {
        case .elements(let type):
            kernels.weightedRows(
                type, matrix.row(rows.lowerBound, of: type), stride: matrix.columns, count: rows.count, weights,
                weightStride: weightStride, tokens: tokens, width: matrix.columns, scale: nil, y, outputStride: yStride)
        case .packed(let format)
        where (rows.lowerBound | rows.count).isMultiple(of: PackedFormat.panelRows):
            packed.weightedRows(
                format, matrix.panel(withRow: rows.lowerBound, of: format), count: rows.count / PackedFormat.panelRows,
                columns: matrix.columns, weights: weights, weightStride: weightStride, tokens: tokens, y,
                yStride: yStride)
        case .packed, .float8:
            for token in 0..<tokens { (y + token * yStride).update(repeating: 0, count: matrix.columns) }
            forEachEight(rows) { first, part in
                let values = unpackedRows(with: first, scratch) + (part.lowerBound - first) * rowStride
                kernels.addWeightedRows(
                    values, stride: rowStride, count: part.count, weights + part.lowerBound - rows.lowerBound,
                    weightStride: weightStride, tokens: tokens, width: matrix.columns, to: y, outputStride: yStride)
            }
        }
    }

    private var rowStride: Int { (matrix.columns + Kernels.lanes - 1) / Kernels.lanes * Kernels.lanes }

    /// The eight rows with some row, as float32, `rowStride` apart. Of elements there are none to unpack.
    private func unpackedRows(
        with row: Int, _ scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeMutablePointer<Float> {
        switch matrix.format {
        case .elements: break
        case .packed(let format):
            packed.unpackRows(
                format, matrix.panel(withRow: row, of: format), columns: matrix.columns, half: row / 8 % 2, scratch)
        case .float8:
            let first = row / 8 * 8
            let (elements, scales) = matrix.float8Row(first)
            kernels.unpackRowsFloat8(
                elements, stride: matrix.columns, rows: min(8, matrix.rows - first), scales: scales,
                columns: matrix.columns, scratch)
        }
        return scratch
    }

    /// The eight rows from `first`, a multiple of eight, as a panel.
    private func unpackPanel(with first: Int, _ scratch: UnsafeMutablePointer<Float>) {
        switch matrix.format {
        case .elements: break
        case .packed(let format):
            packed.unpackPanel(
                format, matrix.panel(withRow: first, of: format), columns: matrix.columns, half: first / 8 % 2, scratch)
        case .float8:
            let (elements, scales) = matrix.float8Row(first)
            kernels.packPanelFloat8(
                elements, stride: matrix.columns, rows: min(8, matrix.rows - first), scales: scales,
                columns: matrix.columns, scratch)
        }
    }

    /// The rows by eights as they are unpacked: the first of each eight, and those of it that are in the range.
    @inline(__always)
    private func forEachEight(_ rows: Range<Int>, _ body: (_ first: Int, _ part: Range<Int>) -> Void) {
        for first in stride(from: rows.lowerBound / 8 * 8, to: rows.upperBound, by: 8) {
            body(first, max(first, rows.lowerBound)..<min(first + 8, rows.upperBound))
        }
    }
}
