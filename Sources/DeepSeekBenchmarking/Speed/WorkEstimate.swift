import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors

/// What must be read and computed, counted from the shapes: the floor under every measured time.
public struct WorkEstimate: Sendable {
    private let configuration: ModelConfiguration
    private let cacheBytesPerToken: Int
    /// Stored bytes of each part.
    private let bytes: [ParameterInventory.Part: Double]
    private let inventory: ParameterInventory

    public init(_ checkpoint: Checkpoint, configuration: ModelConfiguration, cacheBytesPerToken: Int) {
        self.configuration = configuration
        self.cacheBytesPerToken = cacheBytesPerToken
        inventory = ParameterInventory(configuration)
        var bytes: [ParameterInventory.Part: Double] = [:]
        for tensor in inventory.tensors {
            let names = [tensor.name] + PackedFormat.allCases.map { $0.tensorName(of: tensor.name) }
            let stored = names.lazy.compactMap { checkpoint.tensor(named: $0)?.bytes.count }.first
            let scales = checkpoint.tensor(named: Float8Format.scalesName(of: tensor.name))?.bytes.count
            bytes[tensor.part, default: 0] += Double((stored ?? 0) + (scales ?? 0))
        }
        self.bytes = bytes
    }

    /// Bytes that one step reads when `sequences` at `depth` tokens of context generate a token each: all weights that
    /// take part, of the routed experts those that are expected to be chosen by some sequence, and the caches.
    public func bytesPerStep(sequences: Int, depth: Int) -> Double {
        var total = 0.0
        for (part, stored) in bytes {
            switch part {
            case .embedding: total += inventory.active(in: .embedding) > 0 ? stored : 0
            case .routedExperts: total += stored * touchedShare(sequences: sequences)
            default: total += stored
            }
        }
        return total + Double(sequences * depth * cacheBytesPerToken)
    }

    /// The expected share of experts that some of the tokens choose, if each chooses at random.
    private func touchedShare(sequences: Int) -> Double {
        guard let mixture = configuration.mixture else { return 0 }
        var missed = 1.0
        for _ in 0..<sequences { missed *= 1 - Double(mixture.expertsPerToken) / Double(mixture.routedExperts) }
        return 1 - missed
    }

    /// Multiplications and additions for one token with `context` tokens before it, attention in expanded form (as
    /// prompts are read) or absorbed (as tokens are generated).
    ///
    /// - Parameter withHead: whether logits are computed for it.
    public func operations(context: Double, expanded: Bool, withHead: Bool) -> Double {
        var parameters = Double(inventory.active)
        if !withHead {
            let head = configuration.tiesEmbeddings ? ParameterInventory.Part.embedding : .head
            parameters -= Double(inventory.active(in: head))
        }
        let perHead: Int
        switch configuration.attention {
        case .latent(let latent):
            perHead =
                expanded ? latent.queryWidth + latent.valueWidth : 2 * latent.keyValueRank + latent.ropeWidth
        case .groupedQuery(let grouped): perHead = 2 * grouped.headWidth
        }
        return 2 * parameters + 2 * context * Double(configuration.layers * configuration.heads * perHead)
    }
}
