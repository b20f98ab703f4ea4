import DeepSeekCheckpoints
import DeepSeekJSON

/// What quantising has written.
public struct QuantizationSummary: Sendable {
    public let folder: String
    public let plan: QuantizationPlan
    /// Shards that an earlier run had finished.
    public let resumption: CheckpointWriter.Resumption
    /// Weights that this run computed, and in how long.
    public let computedWeights: Int
    public let seconds: Double
    public let threads: Int

    public var weightsPerSecond: Double { seconds > 0 ? Double(computedWeights) / seconds : 0 }

    public var json: JSONValue {
        guard var members = plan.json.object else { return .null }
        members["folder"] = .string(folder)
        members["computed_weights"] = .integer(computedWeights)
        members["seconds"] = .number(seconds)
        members["threads"] = .integer(threads)
        members["weights_per_second"] = .number(weightsPerSecond)
        if case .shards(let count) = resumption { members["resumed_shards"] = .integer(count) }
        return .object(members)
    }
}
