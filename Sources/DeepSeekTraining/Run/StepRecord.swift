import DeepSeekJSON

/// What one step of a run did: a line of its log.
public struct StepRecord: Sendable, Hashable {
    public var step: Int
    public var tokens: Int
    /// Mean cross-entropy, in nats per target.
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
    public var validationBitsPerByte: Double?

    static let columns = [
        "step", "tokens", "loss", "balance_loss", "learning_rate", "gradient_norm", "expert_load", "dropped",
        "tokens_per_second", "ceiling_share", "skipped", "validation_bits_per_byte",
    ]

    var values: [JSONValue] {
        [
            .integer(step), .integer(tokens), .number(loss), .number(balanceLoss), .number(learningRate),
            .number(gradientNorm), .number(expertLoad), .number(dropped), .number(tokensPerSecond),
            .number(ceilingShare), .bool(wasSkipped), validationBitsPerByte.map { .number($0) } ?? .null,
        ]
    }

    var json: JSONValue { .object(JSONObject(uniqueKeysWithValues: zip(Self.columns, values))) }

    /// The step as one line of JSON.
    public var jsonLine: String { json.serialized() }

    var csv: String { values.map { $0.isNull ? "" : $0.serialized() }.joined(separator: ",") }

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

    init?(_ json: JSONValue) {
        guard let step = json["step"]?.integer, let tokens = json["tokens"]?.integer else { return nil }
        func number(_ key: String) -> Double { json[key]?.number ?? .nan }
        self.init(
            step: step, tokens: tokens, loss: number("loss"), balanceLoss: number("balance_loss"),
            learningRate: number("learning_rate"), gradientNorm: number("gradient_norm"),
            expertLoad: number("expert_load"), dropped: number("dropped"),
            tokensPerSecond: number("tokens_per_second"), ceilingShare: number("ceiling_share"),
            wasSkipped: json["skipped"]?.bool ?? false)
        validationBitsPerByte = json["validation_bits_per_byte"]?.number
    }
}
