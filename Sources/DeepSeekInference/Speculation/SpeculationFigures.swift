import DeepSeekJSON

/// How drafts did in one answer.
public struct SpeculationFigures: Sendable, Hashable {
    /// Tokens that were drafted and verified.
    public var drafted = 0
    /// Of them, those that the answer took.
    public var accepted = 0

    public init() {}

    public var json: JSONValue { ["drafted": .integer(drafted), "accepted": .integer(accepted)] }
}
