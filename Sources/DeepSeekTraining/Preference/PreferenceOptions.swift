/// The constants of learning from preferences.
public struct PreferenceOptions: Sendable, Hashable {
    /// What a reward model is told.
    public enum RewardLoss: String, Sendable, Hashable, CaseIterable {
        /// Which of two answers is better: −ln σ(r_chosen − r_rejected).
        case pair
        /// How good an answer is, from 0 to 1: the cross-entropy of σ(r) with its score.
        case point
    }

    /// β of DPO: how strongly the reference holds.
    public var beta = 0.1
    /// Of DPO: the share of pairs that are thought to be the wrong way round.
    public var labelSmoothing = 0.0
    public var rewardLoss = RewardLoss.pair
    /// Pairs, or answers with a score, of a step.
    public var examples = 16

    public init() {}
}
