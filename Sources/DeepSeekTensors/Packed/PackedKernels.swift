import CDeepSeekKernels

/// The low-bit loops of one instruction set. `CDeepSeekPackedKernels.h` says what each computes.
///
/// Pointers must be valid for the counts given; nothing is checked here.
// Unchecked: the table behind the pointer is constant.
package struct PackedKernels: @unchecked Sendable {
    private let table: UnsafePointer<dsk_packed_kernels>

    package init(_ instructionSet: InstructionSet) {
        table = dsk_packed_kernels_named(instructionSet.rawValue) ?? dsk_reference_packed_kernels()
    }

    /// Bytes of one row of quantised activations.
    package static func rowBytes(columns: Int) -> Int { dsk_quantized_row_bytes(columns) }

    package func quantizeRow(_ x: UnsafePointer<Float>, columns: Int, _ row: UnsafeMutablePointer<UInt8>) {
        table.pointee.quantize_row(x, columns, row)
    }

    /// All sixteen rows of a panel for some tokens.
    package func product(
        _ format: PackedFormat, _ panel: UnsafePointer<UInt8>, columns: Int, _ rows: UnsafePointer<UInt8>,
        rowBytes: Int, tokens: Int, _ y: UnsafeMutablePointer<Float>, yStride: Int
    ) {
        let functions = table.pointee.product
        choose(format, functions.0, functions.1, functions.2)(panel, columns, rows, rowBytes, tokens, y, yStride)
    }

    /// y[t] = Σ weights[t][r] · w[r] over all rows of `count` neighbouring panels.
    package func weightedRows(
        _ format: PackedFormat, _ panels: UnsafePointer<UInt8>, count: Int, columns: Int,
        weights: UnsafePointer<Float>, weightStride: Int, tokens: Int, _ y: UnsafeMutablePointer<Float>, yStride: Int
    ) {
        let functions = table.pointee.weighted_rows
        choose(format, functions.0, functions.1, functions.2)(
            panels, format.panelBytes(columns: columns), count, columns, weights, weightStride, tokens, y, yStride)
    }

    /// Half a panel as a float32 panel of eight rows.
    package func unpackPanel(
        _ format: PackedFormat, _ panel: UnsafePointer<UInt8>, columns: Int, half: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        unpack(format, panel, columns, half, target, Kernels.panelRows * Kernels.lanes, Kernels.lanes)
    }

    /// Half a panel as eight rows of float32, `columns` rounded up to 8 apart.
    package func unpackRows(
        _ format: PackedFormat, _ panel: UnsafePointer<UInt8>, columns: Int, half: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        unpack(
            format, panel, columns, half, target, Kernels.lanes,
            (columns + Kernels.lanes - 1) / Kernels.lanes * Kernels.lanes)
    }

    private func unpack(
        _ format: PackedFormat, _ panel: UnsafePointer<UInt8>, _ columns: Int, _ half: Int,
        _ target: UnsafeMutablePointer<Float>, _ stepStride: Int, _ rowStride: Int
    ) {
        let functions = table.pointee.unpack
        choose(format, functions.0, functions.1, functions.2)(panel, columns, half, target, stepStride, rowStride)
    }

    @inline(__always)
    private func choose<Function>(
        _ format: PackedFormat, _ int4: Function, _ int4Wide: Function, _ int8: Function
    ) -> Function {
        switch format {
        case .int4: int4
        case .int4Wide: int4Wide
        case .int8: int8
        }
    }
}
