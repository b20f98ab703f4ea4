import DeepSeekModel
import DeepSeekTensors

/// A DeepSeek-V2, or a dense network of the LLaMA form, on a tape: what `DecoderModel` is for inference, for training. Parameters have their checkpoint names.
package final class TrainingNetwork {
    package let configuration: ModelConfiguration
    package let store: ParameterStore
    package let batch: TrainingBatch
    package let tape = Tape()
    package let context: ComputeContext
    package private(set) var routers: [Router] = []
    private let tokenHead: LinearCrossEntropy?
    private let scoreHead: ScalarHead?
    /// LoRA, if only that is trained.
    let adaptation: LowRankAdaptation?

    /// - Parameters:
    ///   - rows: tokens of one pass, a multiple of `sequenceLength`.
    ///   - adaptation: trains only that; the network's own weights stay.
    ///   - isFrozen: nothing is trained, and there is no memory for gradients of weights.
    package init(
        _ configuration: ModelConfiguration, rows: Int, sequenceLength: Int, options: TrainingOptions,
        instructionSet: InstructionSet, threads: Int, adaptation: LowRankAdaptation? = nil,
        head: NetworkHead = .tokens, isFrozen: Bool = false
    ) throws(TrainingError) {
        guard configuration.quantization == nil else {
            throw TrainingError(.unsupportedModel, "quantised weights cannot be trained; start from the original ones")
        }
        self.configuration = configuration
        self.adaptation = adaptation
        let inventory = ParameterInventory(configuration)
        store = try ParameterStore(
            inventory.tensors.filter { head == .tokens || $0.part != .head }.map {
                ParameterStore.Request(name: $0.name, shape: $0.shape, isTrained: adaptation == nil && !isFrozen)
            } + (adaptation?.requests(for: inventory) ?? [])
                + (head == .tokens
                    ? []
                    : [
                        .init(
                            name: NetworkHead.scoreWeight, shape: [1, configuration.hiddenSize], isTrained: !isFrozen)
                    ]))
        batch = TrainingBatch(rows: rows, sequenceLength: sequenceLength)
        let shape =
            switch configuration.attention {
            case .latent(let latent):
                LatentAttentionShape(latent, heads: configuration.heads, rotary: configuration.rotary)
            case .groupedQuery(let grouped): LatentAttentionShape(grouped, heads: configuration.heads)
            }
        context = try ComputeContext(
            instructionSet: instructionSet, precision: options.precision, threads: threads,
            scratch: shape.scratchCount(rows: sequenceLength))
        var builder = NetworkBuilder(
            configuration: configuration, shape: shape, store: store, batch: batch, tape: tape,
            options: options, adaptation: adaptation)
        let final = try builder.build()
        switch head {
        case .tokens:
            let name = configuration.tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"
            let operation = LinearCrossEntropy(final, try builder.parameter(name), batch)
            tape.append(operation)
            (tokenHead, scoreHead) = (operation, nil)
        case .score:
            let operation = ScalarHead(final, try builder.parameter(NetworkHead.scoreWeight), batch)
            tape.append(operation)
            (tokenHead, scoreHead) = (nil, operation)
        }
        routers = builder.routers
        try tape.plan()
    }

    /// Of a network that predicts tokens.
    package var head: LinearCrossEntropy {
        guard let tokenHead else { preconditionFailure("a reward model predicts no tokens") }
        return tokenHead
    }

    /// Of a reward model.
    package var scalarHead: ScalarHead {
        guard let scoreHead else { preconditionFailure("a network that predicts tokens gives no scores") }
        return scoreHead
    }

    var isRewardModel: Bool { scoreHead != nil }

    /// The mean cross-entropy over the targets of the batch, in nats; gradients are added to those of the parameters.
    ///
    /// Of a reward model, 0: its objective knows the loss.
    @discardableResult
    package func differentiate() -> Double {
        batch.isTraining = true
        tape.forward(context)
        tape.backward(context)
        guard let head = tokenHead else { return 0 }
        return head.lossCount == 0 ? 0 : head.lossSum / Double(head.lossCount)
    }

    /// The sum of the cross-entropy over the targets of the batch, in nats, and their number; nothing is dropped. Of a
    /// reward model both are 0.
    @discardableResult
    package func evaluate() -> (sum: Double, count: Int) {
        batch.isTraining = false
        tape.forward(context)
        return (tokenHead?.lossSum ?? 0, tokenHead?.lossCount ?? 0)
    }
}
