#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The logarithms of the probabilities that a row of logits stands for.
struct LogSoftmax {
    private let maximum: Float
    /// ln Σ exp(logit − maximum).
    private let logSum: Double

    /// - Throws: ``InferenceError`` `invalidLogits`.
    init(_ logits: UnsafeBufferPointer<Float>) throws(InferenceError) {
        maximum = try LogitRow.maximum(logits)
        var sum = 0.0
        for logit in logits { sum += Double(exp(logit - maximum)) }
        logSum = log(sum)
    }

    /// ln p of the token with this logit.
    func callAsFunction(_ logit: Float) -> Double { Double(logit) - Double(maximum) - logSum }
}
