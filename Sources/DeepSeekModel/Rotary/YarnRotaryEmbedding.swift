import Foundation

/// YaRN (section 3.1.4): frequencies that turn often within the original context stay, slow ones are divided by the
/// factor, and between them runs a ramp; attention is sharpened by m(a) = 0.1 · a · ln(factor) + 1.
package struct YarnRotaryEmbedding {
    let yarn: RotaryConfiguration.Yarn
    /// The pairs between which the ramp runs.
    package let low: Double
    package let high: Double

    package init(_ yarn: RotaryConfiguration.Yarn, base: Double, width: Int) {
        self.yarn = yarn
        /// The index, as a real number, of the pair that turns `turns` times within the original context.
        func pair(turns: Double) -> Double {
            Double(width) * log(Double(yarn.originalPositions) / (turns * 2 * .pi)) / (2 * log(base))
        }
        low = max(pair(turns: yarn.betaFast).rounded(.down), 0)
        // The published code clamps to the width, not to half of it.
        high = min(pair(turns: yarn.betaSlow).rounded(.up), Double(width - 1))
    }

    func frequencies(_ plain: [Float]) -> [Float] {
        let span = Float(low == high ? 0.001 : high - low)
        return plain.enumerated().map { index, frequency in
            let ramp = min(max((Float(index) - Float(low)) / span, 0), 1)
            return frequency / Float(yarn.factor) * ramp + frequency * (1 - ramp)
        }
    }

    /// Of cosines and sines: 1 in every published V2 configuration.
    var amplitude: Double { sharpness(yarn.mscale) / sharpness(yarn.mscaleAllDimensions) }

    /// By which the softmax scale is multiplied: m(mscale_all_dim)².
    var scoreFactor: Double {
        let sharpness = sharpness(yarn.mscaleAllDimensions)
        return sharpness * sharpness
    }

    private func sharpness(_ scale: Double) -> Double {
        yarn.factor <= 1 ? 1 : 0.1 * scale * log(yarn.factor) + 1
    }
}
