/// The rope scaling of LLaMA 3: slow frequencies divided by the factor, fast ones kept, a ramp by wavelength between.
struct Llama3RotaryEmbedding {
    let factor: Double
    let lowFrequency: Double
    let highFrequency: Double
    let originalPositions: Int

    func frequencies(_ plain: [Float]) -> [Float] {
        plain.map { frequency in
            /// Turns within the original context.
            let turns = Double(originalPositions) * Double(frequency) / (2 * .pi)
            if turns < lowFrequency { return frequency / Float(factor) }
            if turns > highFrequency { return frequency }
            let kept = Float((turns - lowFrequency) / (highFrequency - lowFrequency))
            return (1 - kept) * frequency / Float(factor) + kept * frequency
        }
    }
}
