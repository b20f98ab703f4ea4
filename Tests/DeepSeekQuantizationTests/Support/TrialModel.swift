import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// A checkpoint with weights that are distributed as in trained networks: a bell with some outliers. Rows and columns are
/// no multiples of the panels' sixteen and 32, nor of the blocks' 128.
struct TrialModel {
    let checkpoint: Checkpoint
    let inventory: ParameterInventory

    static let configuration: JSONObject = [
        "model_type": "deepseek_v2", "vocab_size": 150, "hidden_size": 200, "num_hidden_layers": 2,
        "num_attention_heads": 3, "intermediate_size": 137, "max_position_embeddings": 64, "q_lora_rank": 40,
        "kv_lora_rank": 72, "qk_nope_head_dim": 24, "qk_rope_head_dim": 8, "v_head_dim": 20, "n_routed_experts": 4,
        "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 70, "first_k_dense_replace": 1,
        "topk_method": "greedy", "attention_bias": true,
    ]

    /// - Parameter change: of the numbers of the tensor with a name, before they are written.
    init(
        in folder: String, elementType: ElementType = .float32, change: (String, inout [Float]) -> Void = { _, _ in }
    ) throws {
        let configuration = JSONValue.object(Self.configuration)
        inventory = ParameterInventory(try ModelConfiguration(configuration))
        let writer = try CheckpointWriter(
            folder: folder, configuration: configuration,
            tensors: inventory.tensors.map {
                TensorDescription(name: $0.name, elementType: elementType, shape: $0.shape)
            })
        let kernels = Kernels(.scalar)
        var random = RandomNumbers()
        for tensor in inventory.tensors {
            var numbers = (0..<tensor.count).map { _ in random.next() }
            change(tensor.name, &numbers)
            var bytes = [UInt8](repeating: 0, count: numbers.count * elementType.size)
            numbers.withUnsafeBufferPointer { numbers in
                bytes.withUnsafeMutableBytes { bytes in
                    guard let source = numbers.baseAddress, let target = bytes.baseAddress else { return }
                    kernels.store(elementType, source, count: numbers.count, target)
                }
            }
            try bytes.withUnsafeBytes { try writer.write($0, to: tensor.name) }
        }
        try writer.finish()
        checkpoint = try Checkpoint(folder: folder)
    }
}

/// Numbers of a bell of width 0.02, each hundredth of them eight times as large.
struct RandomNumbers {
    private var state: UInt64 = 7

    mutating func next() -> Float {
        let sum = (0..<4).reduce(Float(0)) { sum, _ in sum + uniform() - 0.5 }
        return sum * 0.035 * (uniform() < 0.01 ? 8 : 1)
    }

    private mutating func uniform() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24)
    }
}
