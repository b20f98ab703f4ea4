/// A tensor that is trained, or held fixed, under its name in checkpoints. Master weights are float32.
package final class Parameter {
    package let name: String
    package let shape: [Int]
    /// All dimensions but the last, multiplied.
    package let rows: Int
    package let columns: Int
    package let value: UnsafeMutablePointer<Float>
    /// Nil for a parameter that is held fixed.
    package let gradient: UnsafeMutablePointer<Float>?
    /// AdamW's two moments.
    package let first: UnsafeMutablePointer<Float>?
    package let second: UnsafeMutablePointer<Float>?

    package var count: Int { rows * columns }

    init(
        name: String, shape: [Int], value: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>?,
        first: UnsafeMutablePointer<Float>?, second: UnsafeMutablePointer<Float>?
    ) {
        self.name = name
        self.shape = shape
        columns = shape.last ?? 1
        rows = shape.dropLast().reduce(1, *)
        self.value = value
        self.gradient = gradient
        self.first = first
        self.second = second
    }
}
