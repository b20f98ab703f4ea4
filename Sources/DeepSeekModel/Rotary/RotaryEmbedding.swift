import DeepSeekTensors
import Foundation

/// Positions as rotations: the frequencies of a model, and the rotation of queries and keys by them.
package struct RotaryEmbedding: Sendable {
    /// Where the two numbers of a pair lie: DeepSeek-V2 has them side by side, LLaMA half a head apart.
    package enum Pairing: Sendable {
        case adjacent
        case halves
    }

    /// Radians per position, one for each pair: `[width / 2]`.
    package let frequencies: [Float]
    /// By which cosines and sines are multiplied.
    package let amplitude: Float
    package let pairing: Pairing

    package init(_ configuration: RotaryConfiguration, width: Int, pairing: Pairing) {
        self.pairing = pairing
        let plain = (0..<width / 2).map { 1 / Float(pow(configuration.base, Double(2 * $0) / Double(width))) }
        switch configuration.scaling {
        case .none:
            frequencies = plain
            amplitude = 1
        case .linear(let factor):
            frequencies = plain.map { $0 / Float(factor) }
            amplitude = 1
        case .yarn(let yarn):
            let embedding = YarnRotaryEmbedding(yarn, base: configuration.base, width: width)
            frequencies = embedding.frequencies(plain)
            amplitude = Float(embedding.amplitude)
        case .llama3(let factor, let low, let high, let original):
            frequencies = Llama3RotaryEmbedding(
                factor: factor, lowFrequency: low, highFrequency: high, originalPositions: original
            ).frequencies(plain)
            amplitude = 1
        }
    }

    /// Writes cosines and then sines of one position: `[width / 2]` each.
    ///
    /// The angle is a float32 product, as in the published code: far out its rounding is not negligible.
    func write(position: Int, to table: UnsafeMutablePointer<Float>) {
        let pairs = frequencies.count
        for pair in 0..<pairs {
            let angle = Float(position) * frequencies[pair]
            table[pair] = Float(cos(Double(angle))) * amplitude
            table[pairs + pair] = Float(sin(Double(angle))) * amplitude
        }
    }

    /// Rotates one head's vector in place; `table` as `write` leaves it.
    func rotate(_ vector: UnsafeMutablePointer<Float>, table: UnsafePointer<Float>) {
        let pairs = frequencies.count
        let step = pairing == .adjacent ? 2 : 1
        let distance = pairing == .adjacent ? 1 : pairs
        for pair in 0..<pairs {
            let (cosine, sine) = (table[pair], table[pairs + pair])
            let (first, second) = (vector[pair * step], vector[pair * step + distance])
            vector[pair * step] = first * cosine - second * sine
            vector[pair * step + distance] = second * cosine + first * sine
        }
    }
}
