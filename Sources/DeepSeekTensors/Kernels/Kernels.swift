import CDeepSeekKernels

/// The innermost loops of one instruction set. `CDeepSeekKernels.h` says what each computes.
///
/// Pointers must be valid for the counts given; nothing is checked here.
// Unchecked: the table behind the pointer is constant.
package struct Kernels: @unchecked Sendable {
    package let instructionSet: InstructionSet
    /// The low-bit loops of the same instruction set.
    package let packed: PackedKernels
    /// The loops over a low-bit cache of the same instruction set.
    package let cache: CacheKernels
    private let table: UnsafePointer<dsk_kernels>

    /// Rows of weights in a panel, and lanes of a partial sum.
    package static let panelRows = Int(DSK_PANEL_ROWS)
    package static let lanes = Int(DSK_LANES)

    /// Falls back to the scalar set only if the given one is not on this machine, which `InstructionSet` rules out.
    package init(_ instructionSet: InstructionSet) {
        if let table = dsk_kernels_named(instructionSet.rawValue) {
            self.instructionSet = instructionSet
            self.table = table
        } else {
            self.instructionSet = .scalar
            self.table = dsk_reference_kernels()
        }
        packed = PackedKernels(self.instructionSet)
        cache = CacheKernels(self.instructionSet)
    }

    /// Floats of a panel of `columns` columns.
    package static func panelSize(columns: Int) -> Int { (columns + lanes - 1) / lanes * lanes * panelRows }

    package func rowsDot(
        _ type: ElementType, _ weights: UnsafeRawPointer, stride: Int, rows: Int, _ x: UnsafePointer<Float>,
        columns: Int, _ y: UnsafeMutablePointer<Float>
    ) {
        let functions = table.pointee.rows_dot
        Self.choose(type, functions.0, functions.1, functions.2)(weights, stride, rows, x, columns, y)
    }

    package func packPanel(
        _ type: ElementType, _ weights: UnsafeRawPointer, stride: Int, rows: Int, columns: Int,
        _ panel: UnsafeMutablePointer<Float>
    ) {
        let functions = table.pointee.pack_panel
        Self.choose(type, functions.0, functions.1, functions.2)(weights, stride, rows, columns, panel)
    }

    package func panelProduct(
        _ panel: UnsafePointer<Float>, rows: Int, _ x: UnsafePointer<Float>, xStride: Int, tokens: Int, columns: Int,
        _ y: UnsafeMutablePointer<Float>, yStride: Int
    ) {
        table.pointee.panel_product(panel, rows, x, xStride, tokens, columns, y, yStride)
    }

    /// Whether there are products of their own for two bfloat16 factors.
    package var hasBFloat16Products: Bool { table.pointee.bfloat16_product != nil }

    /// Some rows of bfloat16 weights with some tokens of bfloat16 numbers; nothing where there are no such products.
    package func bfloat16Product(
        _ weights: UnsafePointer<UInt16>, stride: Int, rows: Int, _ x: UnsafePointer<UInt16>, xStride: Int, tokens: Int,
        columns: Int, _ y: UnsafeMutablePointer<Float>, yStride: Int
    ) { table.pointee.bfloat16_product?(weights, stride, rows, x, xStride, tokens, columns, y, yStride) }

    /// Of float8 weights; `scales` are those of the rows' block.
    package func rowsDotFloat8(
        _ weights: UnsafePointer<UInt8>, stride: Int, rows: Int, scales: UnsafePointer<Float>,
        _ x: UnsafePointer<Float>, columns: Int, _ y: UnsafeMutablePointer<Float>
    ) { table.pointee.rows_dot_float8(weights, stride, rows, scales, x, columns, y) }

    /// Up to eight rows of float8 weights as a float32 panel.
    package func packPanelFloat8(
        _ weights: UnsafePointer<UInt8>, stride: Int, rows: Int, scales: UnsafePointer<Float>, columns: Int,
        _ panel: UnsafeMutablePointer<Float>
    ) {
        table.pointee.unpack_float8(
            weights, stride, rows, scales, columns, panel, Self.panelRows * Self.lanes, Self.lanes)
    }

    /// Up to eight rows of float8 weights as rows of float32, `columns` rounded up to 8 apart.
    package func unpackRowsFloat8(
        _ weights: UnsafePointer<UInt8>, stride: Int, rows: Int, scales: UnsafePointer<Float>, columns: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        table.pointee.unpack_float8(
            weights, stride, rows, scales, columns, target, Self.lanes,
            (columns + Self.lanes - 1) / Self.lanes * Self.lanes)
    }

    package func weightedRows(
        _ type: ElementType, _ values: UnsafeRawPointer, stride: Int, count: Int, _ weights: UnsafePointer<Float>,
        weightStride: Int, tokens: Int, width: Int, scale: UnsafePointer<Float>?,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int
    ) {
        let functions = table.pointee.weighted_rows
        Self.choose(type, functions.0, functions.1, functions.2)(
            values, stride, count, weights, weightStride, tokens, width, scale, output, outputStride)
    }

    /// Adds weighted rows of float32 to what `output` holds.
    package func addWeightedRows(
        _ values: UnsafePointer<Float>, stride: Int, count: Int, _ weights: UnsafePointer<Float>, weightStride: Int,
        tokens: Int, width: Int, to output: UnsafeMutablePointer<Float>, outputStride: Int
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: tokens) { ones in
            ones.initialize(repeating: 1)
            weightedRows(
                .float32, values, stride: stride, count: count, weights, weightStride: weightStride, tokens: tokens,
                width: width, scale: ones.baseAddress, output, outputStride: outputStride)
        }
    }

    package func rmsNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, count: Int, epsilon: Float,
        _ y: UnsafeMutablePointer<Float>
    ) { table.pointee.rms_norm(x, weight, count, epsilon, y) }

    package func siluMultiply(
        gate: UnsafePointer<Float>, up: UnsafePointer<Float>, count: Int, _ y: UnsafeMutablePointer<Float>
    ) { table.pointee.silu_multiply(gate, up, count, y) }

    package func softmaxBlock(
        _ scores: UnsafeMutablePointer<Float>, count: Int, capacity: Int, factor: Float,
        maximum: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>
    ) -> Float { table.pointee.softmax_block(scores, count, capacity, factor, maximum, sum) }

    package func roundToBFloat16(_ x: UnsafeMutablePointer<Float>, count: Int) {
        table.pointee.round_bfloat16(x, count, x)
    }

    package func load(_ type: ElementType, _ x: UnsafeRawPointer, count: Int, _ y: UnsafeMutablePointer<Float>) {
        let functions = table.pointee.load
        Self.choose(type, functions.0, functions.1, functions.2)(x, count, y)
    }

    package func store(_ type: ElementType, _ x: UnsafePointer<Float>, count: Int, _ y: UnsafeMutableRawPointer) {
        let functions = table.pointee.store
        Self.choose(type, functions.0, functions.1, functions.2)(x, count, y)
    }

    package func addScaled(_ x: UnsafePointer<Float>, by factor: Float, count: Int, to y: UnsafeMutablePointer<Float>) {
        table.pointee.add_scaled(x, factor, count, y)
    }

    @inline(__always)
    private static func choose<Function>(
        _ type: ElementType, _ float32: Function, _ float16: Function, _ bfloat16: Function
    ) -> Function {
        switch type {
        case .float16: float16
        case .bfloat16: bfloat16
        default: float32
        }
    }
}
