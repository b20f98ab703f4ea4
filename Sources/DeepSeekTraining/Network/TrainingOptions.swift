/// What a network in training does beside what its configuration says.
public struct TrainingOptions: Sendable, Hashable {
    public var precision: TrainingPrecision
    /// Whether activations within a layer are computed again on the way back, instead of being kept.
    public var recomputesActivations: Bool
    public var balance: BalanceWeights
    public var dropping: TokenDropping?

    public init(
        precision: TrainingPrecision = .bfloat16, recomputesActivations: Bool = false,
        balance: BalanceWeights = BalanceWeights(), dropping: TokenDropping? = nil
    ) {
        self.precision = precision
        self.recomputesActivations = recomputesActivations
        self.balance = balance
        self.dropping = dropping
    }
}
