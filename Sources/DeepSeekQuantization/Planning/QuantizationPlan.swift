import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// What quantising a checkpoint will write: every tensor with its form, before anything is computed.
public struct QuantizationPlan: Sendable {
    /// One tensor of the network.
    public struct Entry: Sendable {
        public let name: String
        public let shape: [Int]
        public let part: ParameterInventory.Part
        public let rule: QuantizationPolicy.Rule
        /// The tensors that hold it, in the order of writing.
        public let outputs: [TensorDescription]
        public let bytes: Int

        public var count: Int { shape.reduce(1, *) }
        public var storage: TensorStorage { rule.storage }
    }

    public let policy: QuantizationPolicy
    /// In the order of the network.
    public let entries: [Entry]
    /// Of the source's tensors.
    public let sourceBytes: Int

    public init(_ checkpoint: Checkpoint, configuration: ModelConfiguration, format: QuantizationFormat) {
        let policy = QuantizationPolicy(format)
        self.policy = policy
        sourceBytes = checkpoint.byteCount
        let inventory = ParameterInventory(configuration)
        let rules = policy.rules(for: inventory)
        entries = inventory.tensors.compactMap { tensor in
            // The last rule fits all.
            guard let rule = rules[tensor.name] else { return nil }
            let type = checkpoint.tensor(named: tensor.name)?.elementType ?? .bfloat16
            let outputs = rule.storage.descriptions(of: tensor.name, shape: tensor.shape, type: type)
            return Entry(
                name: tensor.name, shape: tensor.shape, part: tensor.part, rule: rule, outputs: outputs,
                bytes: outputs.reduce(0) { $0 + ($1.elementType.byteCount(shape: $1.shape) ?? 0) })
        }
    }

    public var weights: Int { entries.reduce(0) { $0 + $1.count } }
    public var bytes: Int { entries.reduce(0) { $0 + $1.bytes } }
    /// On average over everything, head, embedding and norms too.
    public var bitsPerWeight: Double { Double(bytes) * 8 / Double(max(weights, 1)) }

    /// Weights and bytes of a rule's tensors.
    public func size(of rule: QuantizationPolicy.Rule) -> (weights: Int, bytes: Int) {
        entries.filter { $0.rule == rule }.reduce(into: (0, 0)) { $0 = ($0.0 + $1.count, $0.1 + $1.bytes) }
    }

    public var json: JSONValue {
        [
            "format": .string(policy.format.rawValue), "weights": .integer(weights), "bytes": .integer(bytes),
            "source_bytes": .integer(sourceBytes), "bits_per_weight": .number(bitsPerWeight),
            "policy": .array(
                policy.rules.map { rule in
                    let size = size(of: rule)
                    return [
                        "tensors": .string(rule.subject), "storage": .string(rule.storage.rawValue),
                        "reason": .string(rule.reason), "weights": .integer(size.weights),
                        "bytes": .integer(size.bytes),
                    ]
                }),
        ]
    }
}
