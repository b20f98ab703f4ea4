import DeepSeekTensors

/// Sums of squares of what enters each matrix, column by column.
struct InputStatistics {
    struct Sums {
        var squares: [Double]
        var tokens: Int
    }

    /// By where the matrix lies. Matrices of one gated pair have the same input, and only the first is counted.
    private var sums: [UnsafeRawPointer: Sums] = [:]
    private var twins: [UnsafeRawPointer: UnsafeRawPointer] = [:]

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
    }

    /// Of the matrix that lies at an address; nil for one that nothing has entered.
    subscript(matrix: UnsafeRawPointer) -> Sums? { sums[twins[matrix] ?? matrix] }
}
