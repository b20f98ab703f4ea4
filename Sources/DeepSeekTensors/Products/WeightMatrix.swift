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
    }

    package let format: Format
    package let rows: Int
    package let columns: Int
    package let base: UnsafeRawPointer

    package init(format: Format, rows: Int, columns: Int, base: UnsafeRawPointer) {
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
        }
    }

    /// Where a row of elements lies.
    @inline(__always)
    package func row(_ index: Int, of type: ElementType) -> UnsafeRawPointer { base + index * columns * type.size }

    /// Where the panel with a row lies.
    @inline(__always)
    package func panel(withRow row: Int, of format: PackedFormat) -> UnsafePointer<UInt8> {
        let offset = row / PackedFormat.panelRows * format.panelBytes(columns: columns)
        return (base + offset).assumingMemoryBound(to: UInt8.self)
    }
}
