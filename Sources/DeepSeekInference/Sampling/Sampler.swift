import DeepSeekConstraints
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
    private var constraint: ConstraintState?
    /// Tokens that the answer may still have.
    private var remaining: Int

    /// - Parameters:
    ///   - parameters: already merged with a model's defaults.
    ///   - vocabularySize: logits of a row.
    ///   - prompt: counts for the repetition penalty.
    /// - Throws: ``InferenceError`` `invalidParameter` or `tokenOutOfRange`.
    public convenience init(
        _ parameters: SamplingParameters, vocabularySize: Int, prompt: [Int32] = []
    ) throws(InferenceError) {
        try self.init(
            parameters, vocabularySize: vocabularySize, prompt: prompt, constraint: nil, tokenLimit: .max)
    }

    /// - Parameters:
    ///   - constraint: what the answer must be; for the same vocabulary.
    ///   - tokenLimit: tokens of the answer at most, within which the constraint is satisfied if that can be done.
    package init(
        _ parameters: SamplingParameters, vocabularySize: Int, prompt: [Int32], constraint: ConstraintState?,
        tokenLimit: Int
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
        self.constraint = constraint
        remaining = tokenLimit
        scores = bias.isEmpty && history == nil && constraint == nil ? nil : ScratchArray(capacity: vocabularySize)
        candidates = temperature == 0 ? nil : CandidateSet(vocabularySize: vocabularySize)
    }

    /// The next token of the answer. Among equally likely ones greedy choice takes the lowest id.
    ///
    /// - Parameter logits: one row, `[vocabulary]`.
    /// - Throws: ``InferenceError`` `invalidLogits` for another number of them, or any that is not finite;
    ///   `invalidConstraint` if the constraint turns out too complex.
    public func next(_ logits: UnsafeBufferPointer<Float>) throws(InferenceError) -> Int32 {
        guard logits.count == vocabularySize else {
            throw InferenceError(
                .invalidLogits, "a row holds \(logits.count) logits, and the vocabulary \(vocabularySize) tokens")
        }
        let token = try choose(adjusted(logits))
        history?.append(token)
        remaining -= 1
        try translated { () throws(ConstraintError) in try constraint?.advance(token) }
        return token
    }

    /// Whether the constraint lets nothing follow what was chosen.
    package var isComplete: Bool { constraint?.isComplete ?? false }

    /// Whether the constraint had the answer end sooner than it might have, for the limit of tokens.
    package var isShortened: Bool { constraint?.isShortened ?? false }

    private func adjusted(
        _ logits: UnsafeBufferPointer<Float>
    ) throws(InferenceError) -> UnsafeBufferPointer<Float> {
        guard let scores, let source = logits.baseAddress else { return logits }
        if constraint == nil {
            scores.pointer.update(from: source, count: vocabularySize)
        } else {
            // Afterwards nobody can tell what is not a number from what may not be chosen.
            _ = try LogitRow.maximum(logits)
            try translated { () throws(ConstraintError) in
                try constraint?.restrict(logits, into: scores.pointer, remaining: remaining)
            }
        }
        for (token, amount) in bias { scores.pointer[token] += amount }
        history?.penalize(scores.pointer)
        return UnsafeBufferPointer(start: scores.pointer, count: vocabularySize)
    }

    private func translated(_ body: () throws(ConstraintError) -> Void) throws(InferenceError) {
        do {
            try body()
        } catch {
            throw InferenceError(error)
        }
    }

    private func choose(_ scores: UnsafeBufferPointer<Float>) throws(InferenceError) -> Int32 {
        let isRestricted = constraint != nil
        guard let candidates else { return try LogitRow.greedy(scores, isRestricted: isRestricted) }
        try candidates.fill(scores, isRestricted: isRestricted, temperature: temperature, minP: minP)
        candidates.keep(top: topK)
        candidates.keep(mass: topP)
        return candidates.draw(generator.uniform())
    }
}
