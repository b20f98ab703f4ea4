import DeepSeekJSON

/// Where a run is, beside its weights and moments.
struct TrainingState: Sendable {
    /// Steps that are done.
    var step = 0
    /// Updates of the weights: steps without those that were skipped.
    var updates = 0
    var tokens = 0
    /// The recent mean of the loss; nil at first.
    var smoothedLoss: Double?
    var skipped = 0

    init() {}

    init?(_ json: JSONValue) {
        guard let step = json["step"]?.integer, let updates = json["updates"]?.integer,
            let tokens = json["tokens"]?.integer, let skipped = json["skipped"]?.integer
        else { return nil }
        self.step = step
        self.updates = updates
        self.tokens = tokens
        self.skipped = skipped
        // As bits: a decimal would do, but this leaves no doubt.
        smoothedLoss = json["smoothed_loss_bits"]?.string.flatMap { UInt64($0, radix: 16) }.map(
            Double.init(bitPattern:))
    }

    var json: JSONValue {
        [
            "step": .integer(step), "updates": .integer(updates), "tokens": .integer(tokens),
            "skipped": .integer(skipped),
            "smoothed_loss_bits": smoothedLoss.map { .string(String($0.bitPattern, radix: 16)) } ?? .null,
        ]
    }
}
