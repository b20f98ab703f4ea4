import DeepSeekTensors
import Dispatch

/// How the inputs of a matrix go together over a text: Σ x·xᵀ.
struct InputMoments: Sendable {
    let columns: Int
    private(set) var tokens = 0
    /// `[columns, columns]`, from the diagonal on.
    private(set) var sums: [Float]

    /// More tokens make the sums hardly better.
    private var enough: Int { max(8 * columns, 16_384) }
    /// Rows of the sums that one thread works on at a time.
    private static let rows = 32

    init(columns: Int) {
        self.columns = columns
        sums = [Float](repeating: 0, count: columns * columns)
    }

    static func byteCount(columns: Int) -> Int { columns * columns * MemoryLayout<Float>.size }

    /// Adds the input of a product, with all processors.
    mutating func add(_ task: ProductTask, kernels: Kernels) {
        guard tokens < enough else { return }
        tokens += task.tokens
        let columns = columns
        sums.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            // Each iteration writes rows of its own, and the input is only read.
            nonisolated(unsafe) let sums = base
            nonisolated(unsafe) let x = task.x
            let (count, stride) = (task.tokens, task.xStride)
            DispatchQueue.concurrentPerform(iterations: (columns + Self.rows - 1) / Self.rows) { part in
                for row in (part * Self.rows)..<min((part + 1) * Self.rows, columns) {
                    for token in 0..<count {
                        let values = x + token * stride + row
                        kernels.addScaled(values, by: values[0], count: columns - row, to: sums + row * columns + row)
                    }
                }
            }
        }
    }
}
