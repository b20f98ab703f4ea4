import DeepSeekTensors
import Foundation

/// AdamW with decoupled decay: one step over all trained parameters of a network.
package struct AdamW {
    package var beta1: Double
    package var beta2: Double
    package var epsilon: Double
    /// Of matrices.
    package var decay: Double
    /// Whether vectors (norms, biases) decay too.
    package var decaysVectors: Bool

    /// Numbers that one chunk of work covers, whatever the threads.
    private static let chunk = 1 << 15

    package init(
        beta1: Double = 0.9, beta2: Double = 0.95, epsilon: Double = 1e-8, decay: Double = 0.1,
        decaysVectors: Bool = false
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.decaysVectors = decaysVectors
    }

    private static func chunks(_ parameters: [Parameter]) -> [(parameter: Int, start: Int)] {
        parameters.indices.flatMap { index in
            stride(from: 0, to: parameters[index].count, by: chunk).map { (index, $0) }
        }
    }

    /// The norm of each parameter's gradient.
    package static func gradientNorms(_ parameters: [Parameter], _ context: ComputeContext) -> [Double] {
        let chunks = chunks(parameters)
        let sums = ScratchArray<Double>(capacity: chunks.count)
        context.forEach(chunks.count) { index, _ in
            let (number, start) = chunks[index]
            let parameter = parameters[number]
            guard let gradient = parameter.gradient else { return }
            sums.pointer[index] = context.training.sumOfSquares(
                gradient + start, count: min(chunk, parameter.count - start))
        }
        var squares = [Double](repeating: 0, count: parameters.count)
        for (index, entry) in chunks.enumerated() { squares[entry.parameter] += sums.pointer[index] }
        return squares.map { $0.squareRoot() }
    }

    /// - Parameters:
    ///   - number: of the step, from 1.
    ///   - scale: by which gradients are multiplied first.
    package func step(
        _ parameters: [Parameter], number: Int, learningRate: Double, scale: Double, _ context: ComputeContext
    ) {
        let chunks = Self.chunks(parameters)
        let plain = AdamWStep(
            beta1: Float(beta1), beta2: Float(beta2), rate: Float(learningRate / (1 - pow(beta1, Double(number)))),
            correction: Float(1 / (1 - pow(beta2, Double(number)))), epsilon: Float(epsilon), keep: 1,
            scale: Float(scale))
        var decaying = plain
        decaying.keep = Float(1 - learningRate * decay)
        context.forEach(chunks.count) { [decaying] index, _ in
            let (number, start) = chunks[index]
            let parameter = parameters[number]
            guard let gradient = parameter.gradient, let first = parameter.first, let second = parameter.second else {
                return
            }
            context.training.adamW(
                decaysVectors || parameter.shape.count > 1 ? decaying : plain, gradient: gradient + start,
                count: min(Self.chunk, parameter.count - start), weights: parameter.value + start,
                first: first + start, second: second + start)
        }
    }
}
