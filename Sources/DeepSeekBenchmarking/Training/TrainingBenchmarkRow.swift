import DeepSeekJSON

/// One line of a table of ``TrainingBenchmark``.
public struct TrainingBenchmarkRow: Sendable {
    public let shape: String
    public let parameters: Int
    /// Those that take part for one token.
    public let activeParameters: Int
    /// Multiplications and additions, forth and back.
    public let operationsPerToken: Double
    public let tokensPerSecond: Double

    public var json: JSONValue {
        [
            "shape": .string(shape), "parameters": .integer(parameters),
            "active_parameters": .integer(activeParameters),
            "operations_per_token": .number(operationsPerToken), "tokens_per_second": .number(tokensPerSecond),
        ]
    }
}
