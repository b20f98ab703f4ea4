import DeepSeekModel

/// LoRA: the network's own weights stay, and W·x becomes W·x + (α / r) · B·(A·x) with small A and B that are trained.
/// It applies to all matrices but the embedding, the head, the gate and the routed experts.
public struct LowRankAdaptation: Sendable, Hashable {
    /// r.
    public var rank: Int
    /// α.
    public var alpha: Double

    public init(rank: Int, alpha: Double) {
        self.rank = rank
        self.alpha = alpha
    }

    var scale: Float { Float(alpha / Double(rank)) }

    func downName(of name: String) -> String { name + Self.downSuffix }
    func upName(of name: String) -> String { name + Self.upSuffix }

    private static let downSuffix = ".lora_A.weight"
    private static let upSuffix = ".lora_B.weight"

    static func isUp(_ name: String) -> Bool { name.hasSuffix(upSuffix) }
    static func isAdaptation(_ name: String) -> Bool { isUp(name) || name.hasSuffix(downSuffix) }

    /// The matrices that are adapted, without their `.weight`.
    func names(in inventory: ParameterInventory) -> [(name: String, rows: Int, columns: Int)] {
        inventory.tensors.compactMap { tensor in
            switch tensor.part {
            case .attention, .denseFeedForward, .sharedExperts:
                guard tensor.shape.count == 2, tensor.name.hasSuffix(".weight") else { return nil }
                return (String(tensor.name.dropLast(".weight".count)), tensor.shape[0], tensor.shape[1])
            default: return nil
            }
        }
    }

    func requests(for inventory: ParameterInventory) -> [ParameterStore.Request] {
        names(in: inventory).flatMap { name, rows, columns in
            [
                ParameterStore.Request(name: downName(of: name), shape: [rank, columns]),
                ParameterStore.Request(name: upName(of: name), shape: [rows, rank]),
            ]
        }
    }
}
