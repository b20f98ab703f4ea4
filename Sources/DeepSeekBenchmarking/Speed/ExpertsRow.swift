import DeepSeekJSON

/// One line of a table of ``ExpertsBenchmark``.
public struct ExpertsRow: Sendable {
    public let model: String
    public let format: String
    public let tokens: Int
    public let threads: Int
    /// Of one pass over the layer's routed experts, gate included.
    public let seconds: Double
    /// Multiplications and additions of the experts that the tokens choose, counted.
    public let operations: Double
    let ceiling: Double?

    public var operationsPerSecond: Double { operations / seconds }
    /// Of what products in registers reach.
    public var shareOfCeiling: Double? { ceiling.map { operationsPerSecond / $0 } }

    public var json: JSONValue {
        [
            "model": .string(model), "format": .string(format), "tokens": .integer(tokens),
            "threads": .integer(threads), "milliseconds": .number(seconds * 1_000),
            "operations_per_second": .number(operationsPerSecond),
            "share_of_ceiling": shareOfCeiling.map(JSONValue.number) ?? .null,
        ]
    }
}
