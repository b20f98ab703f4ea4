/// A matrix of weights as it lies in its file: `[rows, columns]`; output features by input features.
///
/// It does not own its memory: whoever loads a model keeps the file mapped for as long.
// Unchecked: the memory is read only.
package struct WeightMatrix: @unchecked Sendable {
    package enum Format: Sendable, Hashable {
        /// Row-major elements.
        case elements(ElementType)
        /// Low-bit panels.
        case packed(PackedFormat)
        /// Row-major E4M3 with scales per block: see ``Float8Format``.
        case float8
    }

    package let format: Format
    package let rows: Int
    package let columns: Int
    package let base: UnsafeRawPointer
    /// Of float8 weights: `[blocks of rows, blocks of columns]`.
    private let scales: UnsafePointer<Float>?

    /// - Parameter scales: of float8 weights.
    package init(
        format: Format, rows: Int, columns: Int, base: UnsafeRawPointer, scales: UnsafePointer<Float>? = nil
    ) {
        precondition((format == .float8) == (scales != nil), "float8 weights have scales, and no others do")
        self.scales = scales
        self.format = format
        self.rows = rows
        self.columns = columns
        self.base = base
    }

    package var isPacked: Bool { packedFormat != nil }

    package var packedFormat: PackedFormat? {
        if case .packed(let format) = format { format } else { nil }
    }

    /// Bytes that a product with the whole matrix reads.
    package var byteCount: Int {
        switch format {
        case .elements(let type): rows * columns * type.size
        case .packed(let packed): packed.byteCount(rows: rows, columns: columns)
        case .float8:
            rows * columns + Float8Format.blocks(rows) * Float8Format.blocks(columns) * MemoryLayout<Float>.size
        }
    }

    /// Where a row of elements lies.
    @inline(__always)
    package func row(_ index: Int, of type: ElementType) -> UnsafeRawPointer { base + index * columns * type.size }

    /// Where a row of float8 weights lies, and the scales of its block.
    @inline(__always)
    package func float8Row(_ index: Int) -> (weights: UnsafePointer<UInt8>, scales: UnsafePointer<Float>) {
        guard let scales else { preconditionFailure("not float8 weights") }
        let block = index / Float8Format.blockRows * Float8Format.blocks(columns)
        return ((base + index * columns).assumingMemoryBound(to: UInt8.self), scales + block)
    }

    /// Where the panel with a row lies.
    @inline(__always)
    package func panel(withRow row: Int, of format: PackedFormat) -> UnsafePointer<UInt8> {
        let offset = row / PackedFormat.panelRows * format.panelBytes(columns: columns)
        return (base + offset).assumingMemoryBound(to: UInt8.self)
    }
}
