/// A form of inputs that takes fewer bits than float32, for products with weights that are as short.
package enum QuantizedForm: Sendable, Hashable {
    /// With scales, as `CDeepSeekPackedKernels.h` says: for low-bit weights, in integers.
    case int8
    /// For bfloat16 weights, where the instruction set has products for them.
    case bfloat16

    /// Bytes of a row.
    package func rowBytes(columns: Int) -> Int {
        switch self {
        case .int8: PackedKernels.rowBytes(columns: columns)
        // Whole lines of the cache.
        case .bfloat16: (columns + 31) / 32 * 64
        }
    }

    /// Rounds a row into it.
    package func write(
        _ x: UnsafePointer<Float>, columns: Int, to row: UnsafeMutablePointer<UInt8>, kernels: Kernels
    ) {
        switch self {
        case .int8: kernels.packed.quantizeRow(x, columns: columns, row)
        case .bfloat16: kernels.store(.bfloat16, x, count: columns, row)
        }
    }
}
