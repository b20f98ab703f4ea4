import DeepSeekJSON

/// What one step of a run did: a line of its log. Step 0 is what was evaluated before the first.
public struct StepRecord: Sendable, Hashable {
    public var step: Int
    public var tokens: Int
    /// What is minimised: in pretraining the mean cross-entropy, in nats per target.
    public var loss: Double
    public var balanceLoss: Double
    public var learningRate: Double
    public var gradientNorm: Double
    /// Assignments of the busiest expert over the mean, averaged over layers; 1 is perfect balance.
    public var expertLoad: Double
    /// Share of assignments that were dropped.
    public var dropped: Double
    public var tokensPerSecond: Double
    /// Share of what the processor's instructions for this precision can do at most.
    public var ceilingShare: Double
    public var wasSkipped: Bool
    /// Of the task: bits per byte on held text, rewards, accuracies; by the names of its columns.
    public var more: [String: Double] = [:]
    /// What went wrong in the step without stopping the run. Not in the log.
    public var notes: [String] = []

    public var validationBitsPerByte: Double? { more[TextTask.bitsPerByte] }

    static let columns = [
        "step", "tokens", "loss", "balance_loss", "learning_rate", "gradient_norm", "expert_load", "dropped",
        "tokens_per_second", "ceiling_share", "skipped",
    ]

    /// - Parameter columns: of the task.
    func values(_ columns: [String]) -> [JSONValue] {
        func value(_ number: Double?) -> JSONValue { number.map { $0.isFinite ? .number($0) : .null } ?? .null }
        return [
            .integer(step), .integer(tokens), value(loss), value(balanceLoss), value(learningRate), value(gradientNorm),
            value(expertLoad), value(dropped), value(tokensPerSecond), value(ceilingShare), .bool(wasSkipped),
        ] + columns.map { value(more[$0]) }
    }

    func json(_ columns: [String]) -> JSONValue {
        .object(JSONObject(uniqueKeysWithValues: zip(Self.columns + columns, values(columns))))
    }

    /// The step as one line of JSON.
    public var jsonLine: String { json(more.keys.sorted()).serialized() }

    func csv(_ columns: [String]) -> String {
        values(columns).map { $0.isNull ? "" : $0.serialized() }.joined(separator: ",")
    }

    init(
        step: Int, tokens: Int, loss: Double, balanceLoss: Double, learningRate: Double, gradientNorm: Double,
        expertLoad: Double, dropped: Double, tokensPerSecond: Double, ceilingShare: Double, wasSkipped: Bool
    ) {
        self.step = step
        self.tokens = tokens
        self.loss = loss
        self.balanceLoss = balanceLoss
        self.learningRate = learningRate
        self.gradientNorm = gradientNorm
        self.expertLoad = expertLoad
        self.dropped = dropped
        self.tokensPerSecond = tokensPerSecond
        self.ceilingShare = ceilingShare
        self.wasSkipped = wasSkipped
    }

    /// What was evaluated before the first step.
    init(first: [String: Double]) {
        self.init(
            step: 0, tokens: 0, loss: .nan, balanceLoss: .nan, learningRate: .nan, gradientNorm: .nan, expertLoad: .nan,
            dropped: .nan, tokensPerSecond: .nan, ceilingShare: .nan, wasSkipped: false)
        more = first
    }

    init?(_ json: JSONValue) {
        guard let step = json["step"]?.integer, let tokens = json["tokens"]?.integer else { return nil }
        func number(_ key: String) -> Double { json[key]?.number ?? .nan }
        self.init(
            step: step, tokens: tokens, loss: number("loss"), balanceLoss: number("balance_loss"),
            learningRate: number("learning_rate"), gradientNorm: number("gradient_norm"),
            expertLoad: number("expert_load"), dropped: number("dropped"),
            tokensPerSecond: number("tokens_per_second"), ceilingShare: number("ceiling_share"),
            wasSkipped: json["skipped"]?.bool ?? false)
        for (key, value) in json.object ?? [:] where !Self.columns.contains(key) {
            if let number = value.number { more[key] = number }
        }
    }
}
