import DeepSeekTensors

/// Which tokens prompt and answer hold, for the penalties on them. Work per step is in proportion to the different
/// tokens that occurred, not to the vocabulary.
final class TokenHistory {
    private let repetition: Float
    private let presence: Float
    private let frequency: Float
    /// Per token of the vocabulary: −1 for those that did not occur, or how often the answer holds them.
    private let counts: ScratchArray<Int32>
    private let vocabularySize: Int
    private var occurring: [Int32] = []

    /// Nil if the parameters ask for no penalty.
    init?(_ parameters: SamplingParameters, vocabularySize: Int, prompt: [Int32]) {
        repetition = Float(parameters.repetitionPenalty ?? 1)
        presence = Float(parameters.presencePenalty ?? 0)
        frequency = Float(parameters.frequencyPenalty ?? 0)
        self.vocabularySize = vocabularySize
        counts = ScratchArray(capacity: vocabularySize)
        guard repetition != 1 || presence != 0 || frequency != 0 else { return nil }
        counts.pointer.initialize(repeating: -1, count: vocabularySize)
        occurring.reserveCapacity(vocabularySize)
        for token in prompt { note(token) }
    }

    /// A token of the answer.
    func append(_ token: Int32) {
        note(token)
        if isKnown(token) { counts.pointer[Int(token)] += 1 }
    }

    func penalize(_ scores: UnsafeMutablePointer<Float>) {
        for token in occurring {
            let index = Int(token)
            let score = scores[index]
            let count = counts.pointer[index]
            scores[index] =
                (score > 0 ? score / repetition : score * repetition)
                - frequency * Float(count) - (count > 0 ? presence : 0)
        }
    }

    private func note(_ token: Int32) {
        guard isKnown(token), counts.pointer[Int(token)] < 0 else { return }
        counts.pointer[Int(token)] = 0
        occurring.append(token)
    }

    private func isKnown(_ token: Int32) -> Bool { (0..<vocabularySize).contains(Int(token)) }
}
