import DeepSeekTensors

/// Sums of squares of what enters each matrix, column by column; of some matrices, of all products of two columns.
struct InputStatistics {
    struct Sums {
        var squares: [Double]
        var tokens: Int
    }

    /// By where the matrix lies. Matrices of one gated pair have the same input, and only the first is counted.
    private var sums: [UnsafeRawPointer: Sums] = [:]
    private var twins: [UnsafeRawPointer: UnsafeRawPointer] = [:]
    private var moments: [UnsafeRawPointer: InputMoments] = [:]
    /// Matrices whose inputs are taken together, with their columns.
    private let chosen: [UnsafeRawPointer: Int]
    private let kernels: Kernels

    /// - Parameter matrices: those whose inputs are taken together, with their columns.
    init(together matrices: [UnsafeRawPointer: Int], kernels: Kernels) {
        chosen = matrices
        self.kernels = kernels
    }

    /// Adds the input of a product.
    mutating func add(_ task: ProductTask) {
        let columns = task.weights.columns
        if let up = task.up { twins[up.base] = task.weights.base }
        var entry =
            sums.removeValue(forKey: task.weights.base)
            ?? Sums(squares: [Double](repeating: 0, count: columns), tokens: 0)
        entry.squares.withUnsafeMutableBufferPointer { squares in
            for token in 0..<task.tokens {
                let x = task.x + token * task.xStride
                for column in 0..<columns { squares[column] += Double(x[column] * x[column]) }
            }
        }
        entry.tokens += task.tokens
        sums[task.weights.base] = entry
        guard let columns = chosen[task.weights.base] else { return }
        // Taken out, so that it is not copied.
        var together = moments.removeValue(forKey: task.weights.base) ?? InputMoments(columns: columns)
        together.add(task, kernels: kernels)
        moments[task.weights.base] = together
    }

    /// How the inputs of a matrix go together; nil where that was not asked for.
    func together(_ matrix: UnsafeRawPointer) -> InputMoments? { moments[twins[matrix] ?? matrix] }

    /// Of the matrix that lies at an address; nil for one that nothing has entered.
    subscript(matrix: UnsafeRawPointer) -> Sums? { sums[twins[matrix] ?? matrix] }
}
