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
