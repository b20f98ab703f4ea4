import DeepSeekTensors

/// A matrix of activations, `[rows, columns]`, with its gradient. The tape gives it memory.
package final class Variable {
    package let name: String
    package let rows: Int
    package let columns: Int
    /// Floats from one row to the next.
    package let stride: Int
    /// Of a slice: what it is a slice of, and its first column.
    let parent: Variable?
    private let offset: Int
    private var valueBase: UnsafeMutablePointer<Float>?
    private var gradientBase: UnsafeMutablePointer<Float>?
    /// Whether something has been written into the gradient during this backward pass.
    private var hasGradient = false

    init(_ name: String, rows: Int, columns: Int) {
        self.name = name
        self.rows = rows
        self.columns = columns
        stride = columns
        parent = nil
        offset = 0
    }

    private init(of parent: Variable, from offset: Int, columns: Int) {
        name = parent.name
        rows = parent.rows
        self.columns = columns
        stride = parent.stride
        self.parent = parent
        self.offset = offset
    }

    /// Some of the columns. Slices of one variable are disjoint and cover it.
    package func slice(_ range: Range<Int>) -> Variable {
        Variable(of: self, from: range.lowerBound, columns: range.count)
    }

    var root: Variable { parent?.root ?? self }

    package var value: UnsafeMutablePointer<Float> {
        if let parent { return parent.value + offset }
        guard let valueBase else { preconditionFailure("\(name) has no memory: the tape was not planned") }
        return valueBase
    }

    package var gradient: UnsafeMutablePointer<Float> {
        if let parent { return parent.gradient + offset }
        guard let gradientBase else { preconditionFailure("\(name) has no gradient: nothing depends on it") }
        return gradientBase
    }

    func place(value: UnsafeMutablePointer<Float>) { valueBase = value }
    func place(gradient: UnsafeMutablePointer<Float>?) { gradientBase = gradient }
    func forgetGradient() { hasGradient = false }

    /// Whether who writes the gradient now has to add to what is there; afterwards there is something.
    package func claimGradient() -> Bool {
        defer { hasGradient = true }
        return hasGradient
    }
}
