import DeepSeekTensors

/// RMSNorm: x / sqrt(mean(x²) + ε) · weight, in float32.
struct RootMeanSquareNorm: Sendable {
    let weight: WeightVector
    let epsilon: Float

    func apply(
        _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, kernels: Kernels, rounds: Bool
    ) {
        kernels.rmsNorm(x, weight: weight.pointer, count: weight.count, epsilon: epsilon, y)
        if rounds { kernels.roundToBFloat16(y, count: weight.count) }
    }
}

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
