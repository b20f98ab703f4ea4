import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTensors
import Foundation

/// Writes the weights of a network in training as an ordinary Hugging Face folder. An adaptation is added to the weights
/// that it adapts.
struct ModelExport {
    private let network: TrainingNetwork
    private let configuration: JSONValue
    private let tokenizer: String
    private let type: ElementType

    /// - Parameters:
    ///   - configuration: of the checkpoint or recipe; the type of the weights is put into it.
    ///   - tokenizer: the folder whose tokenizer files belong to the model.
    ///   - type: float32 or bfloat16.
    init(_ network: TrainingNetwork, configuration: JSONValue, tokenizer: String, type: ElementType) {
        self.network = network
        self.tokenizer = tokenizer
        self.type = type
        guard case .object(var members) = configuration else {
            self.configuration = configuration
            return
        }
        members["torch_dtype"] = .string(type.rawValue)
        let family = network.configuration.architecture == .llama ? "Llama" : "DeepseekV2"
        if network.isRewardModel {
            members["architectures"] = [.string(family + "ForSequenceClassification")]
            members["id2label"] = ["0": "reward"]
            members["label2id"] = ["reward": 0]
        } else {
            members["architectures"] = [.string(family + "ForCausalLM")]
        }
        self.configuration = .object(members)
    }

    func write(to folder: String) throws(CheckpointError) {
        let parameters = network.store.parameters.filter { !LowRankAdaptation.isAdaptation($0.name) }
        let writer = try CheckpointWriter(
            folder: folder, configuration: configuration,
            tensors: parameters.map { TensorDescription(name: $0.name, elementType: type, shape: $0.shape) })
        let values = ScratchArray<Float>()
        let stored = ScratchArray<UInt16>()
        for parameter in parameters {
            values.reserve(parameter.count)
            values.pointer.update(from: parameter.value, count: parameter.count)
            network.addAdaptation(of: parameter, to: values.pointer)
            guard type == .bfloat16 else {
                try writer.write(
                    UnsafeRawBufferPointer(start: values.pointer, count: parameter.count * 4), to: parameter.name)
                continue
            }
            stored.reserve(parameter.count)
            network.context.kernels.store(.bfloat16, values.pointer, count: parameter.count, stored.pointer)
            try writer.write(
                UnsafeRawBufferPointer(start: stored.pointer, count: parameter.count * 2), to: parameter.name)
        }
        try writer.copyFiles(from: tokenizer)
        try writer.finish()
    }
}
