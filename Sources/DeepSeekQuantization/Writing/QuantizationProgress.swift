/// How far quantising has come.
public struct QuantizationProgress: Sendable, Hashable {
    /// Weights that are done, those of an earlier run included, and of how many.
    public var weights: Int
    public var totalWeights: Int
    /// Weights that this run has done.
    public var computedWeights: Int
    /// Since the start of this run.
    public var seconds: Double
    /// The tensor that is under way.
    public var tensor: String

    public var weightsPerSecond: Double { seconds > 0 ? Double(computedWeights) / seconds : 0 }

    /// Nil until there is something to tell it from.
    public var secondsLeft: Double? {
        weightsPerSecond > 0 && seconds > 0.5 ? Double(totalWeights - weights) / weightsPerSecond : nil
    }
}
