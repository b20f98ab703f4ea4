import DeepSeekTensors

/// The norm of every row of `[rows, width]`, over the threads.
struct NormRows: ParallelWork {
    let norm: RootMeanSquareNorm
    let rows: Int
    let x: UnsafePointer<Float>
    let y: UnsafeMutablePointer<Float>
    let kernels: Kernels
    let rounds: Bool

    static let entry = WorkerPool.entry(for: NormRows.self)

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let width = norm.weight.count
        for row in Self.range(of: rows, part: part, of: parts) {
            norm.apply(x + row * width, to: y + row * width, kernels: kernels, rounds: rounds)
        }
    }
}
