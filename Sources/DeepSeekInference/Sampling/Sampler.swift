import DeepSeekTensors

/// Chooses the tokens of one answer. Its steps are those of ``SamplingParameters``.
///
/// Costs some passes over the vocabulary per token, one if it is greedy; nothing is sorted, and nothing allocated after
/// `init`. It belongs to one thread.
public final class Sampler {
    /// Of the parameters, or drawn.
    public let seed: UInt64
    private let vocabularySize: Int
    private let temperature: Double
    private let topP: Double
    private let topK: Int
    private let minP: Double
    private let bias: [(token: Int, amount: Float)]
    private let history: TokenHistory?
    /// A row that may be changed; nil if bias and penalties leave rows as they are.
    private let scores: ScratchArray<Float>?
    /// Nil if the likeliest token is taken.
    private let candidates: CandidateSet?
    private var generator: RandomGenerator

    /// - Parameters:
    ///   - parameters: already merged with a model's defaults.
    ///   - vocabularySize: logits of a row.
    ///   - prompt: counts for the repetition penalty.
    /// - Throws: ``InferenceError`` `invalidParameter` or `tokenOutOfRange`.
    public init(
        _ parameters: SamplingParameters, vocabularySize: Int, prompt: [Int32] = []
    ) throws(InferenceError) {
        try parameters.validate(vocabularySize: vocabularySize)
        self.vocabularySize = vocabularySize
        seed = parameters.seed ?? UInt64.random(in: .min ... .max)
        generator = RandomGenerator(seed: seed)
        temperature = parameters.temperature ?? 1
        topP = parameters.topP ?? 1
        topK = parameters.topK.map { $0 > 0 ? $0 : .max } ?? .max
        minP = parameters.minP ?? 0
        bias = parameters.logitBias.map { (Int($0.key), Float($0.value)) }
        history = TokenHistory(parameters, vocabularySize: vocabularySize, prompt: prompt)
        scores = bias.isEmpty && history == nil ? nil : ScratchArray(capacity: vocabularySize)
        candidates = temperature == 0 ? nil : CandidateSet(vocabularySize: vocabularySize)
    }

    /// The next token of the answer. Among equally likely ones greedy choice takes the lowest id.
    ///
    /// - Parameter logits: one row, `[vocabulary]`.
    /// - Throws: ``InferenceError`` `invalidLogits` for another number of them, or any that is not finite.
    public func next(_ logits: UnsafeBufferPointer<Float>) throws(InferenceError) -> Int32 {
        guard logits.count == vocabularySize else {
            throw InferenceError(
                .invalidLogits, "a row holds \(logits.count) logits, and the vocabulary \(vocabularySize) tokens")
        }
        let token = try choose(adjusted(logits))
        history?.append(token)
        return token
    }

    private func adjusted(_ logits: UnsafeBufferPointer<Float>) -> UnsafeBufferPointer<Float> {
        guard let scores, let source = logits.baseAddress else { return logits }
        scores.pointer.update(from: source, count: vocabularySize)
        for (token, amount) in bias { scores.pointer[token] += amount }
        history?.penalize(scores.pointer)
        return UnsafeBufferPointer(start: scores.pointer, count: vocabularySize)
    }

    private func choose(_ scores: UnsafeBufferPointer<Float>) throws(InferenceError) -> Int32 {
        guard let candidates else { return try LogitRow.greedy(scores) }
        try candidates.fill(scores, temperature: temperature, minP: minP)
        candidates.keep(top: topK)
        candidates.keep(mass: topP)
        return candidates.draw(generator.uniform())
    }
}
