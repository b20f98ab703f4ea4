import DeepSeekModel
import DeepSeekTensors

/// A DeepSeek-V2 on a tape: what `DecoderModel` is for inference, for training. Parameters have their checkpoint names.
package final class TrainingNetwork {
    package let configuration: ModelConfiguration
    package let store: ParameterStore
    package let batch: TrainingBatch
    package let tape = Tape()
    package let context: ComputeContext
    package private(set) var routers: [Router] = []
    package let head: LinearCrossEntropy
    /// LoRA, if only that is trained.
    let adaptation: LowRankAdaptation?

    /// - Parameters:
    ///   - rows: tokens of one pass, a multiple of `sequenceLength`.
    ///   - adaptation: trains only that; the network's own weights stay.
    package init(
        _ configuration: ModelConfiguration, rows: Int, sequenceLength: Int, options: TrainingOptions,
        instructionSet: InstructionSet, threads: Int, adaptation: LowRankAdaptation? = nil
    ) throws(TrainingError) {
        guard case .latent(let latent) = configuration.attention else {
            throw TrainingError(
                .unsupportedModel, "only networks of the DeepSeek-V2 form (\"model_type\": \"deepseek_v2\") are trained"
            )
        }
        guard configuration.quantization == nil else {
            throw TrainingError(.unsupportedModel, "quantised weights cannot be trained; start from the original ones")
        }
        self.configuration = configuration
        self.adaptation = adaptation
        let inventory = ParameterInventory(configuration)
        store = try ParameterStore(
            inventory.tensors.map {
                ParameterStore.Request(name: $0.name, shape: $0.shape, isTrained: adaptation == nil)
            } + (adaptation?.requests(for: inventory) ?? []))
        batch = TrainingBatch(rows: rows, sequenceLength: sequenceLength)
        let shape = LatentAttentionShape(latent, heads: configuration.heads, rotary: configuration.rotary)
        context = try ComputeContext(
            instructionSet: instructionSet, precision: options.precision, threads: threads,
            scratch: shape.scratchCount(rows: sequenceLength))
        var builder = NetworkBuilder(
            configuration: configuration, latent: latent, shape: shape, store: store, batch: batch, tape: tape,
            options: options, adaptation: adaptation)
        let final = try builder.build()
        let headName = configuration.tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"
        head = LinearCrossEntropy(final, try builder.parameter(headName), batch)
        tape.append(head)
        routers = builder.routers
        try tape.plan()
    }

    /// The mean cross-entropy over the targets of the batch, in nats; gradients are added to those of the parameters.
    package func differentiate() -> Double {
        batch.isTraining = true
        tape.forward(context)
        tape.backward(context)
        return head.lossCount == 0 ? 0 : head.lossSum / Double(head.lossCount)
    }

    /// The sum of the cross-entropy over the targets of the batch, in nats, and their number; nothing is dropped.
    package func evaluate() -> (sum: Double, count: Int) {
        batch.isTraining = false
        tape.forward(context)
        return (head.lossSum, head.lossCount)
    }
}
