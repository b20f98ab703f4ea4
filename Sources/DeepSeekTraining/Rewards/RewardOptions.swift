import DeepSeekSandbox
import DeepSeekTensors

/// One of the rewards of a recipe.
public struct RewardOptions: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// See ``AnswerReward``.
        case answer(requiresEnd: Bool)
        /// See ``FormatReward``.
        case format(pattern: String?)
        /// See ``LanguageReward``.
        case language(LanguageReward.Language)
        /// See ``CodeReward``.
        case code(SandboxLimits)
        /// See ``ModelReward``; the folder of one.
        case model(folder: String, name: String, isRaw: Bool)
    }

    public var kind: Kind
    public var weight: Double

    public init(_ kind: Kind, weight: Double = 1) {
        self.kind = kind
        self.weight = weight
    }

    /// - Parameter length: tokens of the longest conversation.
    func make(
        length: Int, precision: TrainingPrecision, threads: Int, instructionSet: InstructionSet
    ) throws -> RewardSum.Part {
        switch kind {
        case .answer(let requiresEnd): .rule(AnswerReward(requiresEnd: requiresEnd))
        case .format(let pattern): .rule(try FormatReward(pattern: pattern))
        case .language(let language): .rule(LanguageReward(language))
        case .code(let limits): .rule(try CodeReward(limits: limits))
        case .model(let folder, let name, let isRaw):
            .batch(
                ModelReward(
                    try RewardModel(
                        folder: folder, length: length, precision: precision, threads: threads,
                        instructionSet: instructionSet), name: name, isRaw: isRaw))
        }
    }
}
