import DeepSeekInference
import DeepSeekModel
import DeepSeekTensors
import Foundation

/// How a model reads a text: the logarithms of the probabilities of all tokens at every place, in float32 arithmetic.
struct Reading {
    /// `[places, vocabulary]`.
    private(set) var logarithms: [Float] = []
    private let vocabulary: Int
    /// Minus the logarithms of the tokens that came.
    private var losses: [Double] = []

    /// - Parameter windows: ids, each with the beginning of sequence in front.
    init(_ folder: String, _ windows: [[Int32]], arithmetic: ArithmeticType = .float32) throws {
        let model = try LanguageModel.load(
            folder, options: LoadOptions(arithmetic: arithmetic, contextLength: windows.map(\.count).max()))
        vocabulary = model.configuration.vocabularySize
        for ids in windows {
            try model.logits(ids: ids) { row, logits in
                let highest = logits.max() ?? 0
                let sum = logits.reduce(Float(0)) { $0 + exp($1 - highest) }
                let total = highest + log(sum)
                logarithms += logits.map { $0 - total }
                if row + 1 < ids.count { losses.append(-Double(logits[Int(ids[row + 1])] - total)) }
            }
        }
    }

    var perplexity: Double { exp(losses.reduce(0, +) / Double(losses.count)) }

    /// The mean over all places of Σ p·ln(p / q), p being this reading's.
    func divergence(of other: Reading) -> Double {
        var sum = 0.0
        for index in logarithms.indices {
            let logarithm = logarithms[index]
            sum += Double(exp(logarithm) * (logarithm - other.logarithms[index]))
        }
        return sum / Double(logarithms.count / vocabulary)
    }
}
