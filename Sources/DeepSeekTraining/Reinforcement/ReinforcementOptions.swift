/// How GRPO draws answers, judges them and learns from them.
public struct ReinforcementOptions: Sendable, Hashable {
    /// Of a step.
    public var questions = 16
    /// G: answers to each question.
    public var samples = 8
    /// Updates of the weights from one batch of answers; with more than one the clipped ratio matters.
    public var updates = 1
    public var policy = PolicyOptions()
    /// Tokens of an answer at most.
    public var answerTokens = 256
    /// Answers that are drawn at once; nil for all of a step, up to 256.
    public var concurrent: Int?
    /// Of the engine that draws them; nil takes that of training.
    public var rolloutPrecision: TrainingPrecision?
    public var rewards: [RewardOptions] = []
    /// What one call of a reward may take.
    public var rewardSeconds = 10.0

    public init() {}
}
