import DeepSeekModel
import DeepSeekTensors
import Foundation

/// Cosines and sines of all positions: `[positions, 2 · pairs]`.
package final class RotationTable {
    package let pairs: Int
    let pairing: RotaryEmbedding.Pairing
    private let values: ScratchArray<Float>

    package init(_ embedding: RotaryEmbedding, positions: Int) {
        pairs = embedding.frequencies.count
        pairing = embedding.pairing
        values = ScratchArray(capacity: positions * 2 * pairs)
        for position in 0..<positions {
            let row = values.pointer + position * 2 * pairs
            for pair in 0..<pairs {
                // A float32 product, as in the published code.
                let angle = Double(Float(position) * embedding.frequencies[pair])
                row[pair] = Float(cos(angle)) * embedding.amplitude
                row[pairs + pair] = Float(sin(angle)) * embedding.amplitude
            }
        }
    }

    func row(_ position: Int) -> UnsafePointer<Float> { UnsafePointer(values.pointer + position * 2 * pairs) }
}
