/// A matrix of weights as it lies in its file: `[rows, columns]`, row-major; output features by input features.
///
/// It does not own its memory: whoever loads a model keeps the file mapped for as long.
// Unchecked: the memory is read only.
package struct WeightMatrix: @unchecked Sendable {
    package let elementType: ElementType
    package let rows: Int
    package let columns: Int
    package let base: UnsafeRawPointer

    package init(elementType: ElementType, rows: Int, columns: Int, base: UnsafeRawPointer) {
        self.elementType = elementType
        self.rows = rows
        self.columns = columns
        self.base = base
    }

    package func row(_ index: Int) -> UnsafeRawPointer { base + index * columns * elementType.size }

    /// Some of the rows, as a matrix of its own.
    package func rows(_ range: Range<Int>) -> WeightMatrix {
        WeightMatrix(elementType: elementType, rows: range.count, columns: columns, base: row(range.lowerBound))
    }
}
