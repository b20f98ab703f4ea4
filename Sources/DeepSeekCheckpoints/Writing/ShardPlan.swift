import DeepSeekJSON
import DeepSeekTensors

/// Which tensors go into which file of a sharded checkpoint: the given order, cut where a shard would grow too large.
struct ShardPlan {
    let shards: [[TensorDescription]]
    let shardOfTensor: [String: Int]
    private let byteCount: Int

    /// - Parameter path: of the folder, for errors.
    init(_ tensors: [TensorDescription], maximumShardBytes: Int, path: String) throws(CheckpointError) {
        var shards: [[TensorDescription]] = [[]]
        var shardOfTensor: [String: Int] = [:]
        var total = 0
        var inShard = 0
        for tensor in tensors {
            guard let byteCount = tensor.elementType.byteCount(shape: tensor.shape), byteCount <= Int.max / 2 - total
            else {
                throw CheckpointError(
                    .wrongShape, path: path, "tensor \(quoted(tensor.name)) cannot have shape \(describe(tensor.shape))"
                )
            }
            if inShard + byteCount > maximumShardBytes, shards[shards.count - 1].isEmpty == false {
                shards.append([])
                inShard = 0
            }
            guard shardOfTensor.updateValue(shards.count - 1, forKey: tensor.name) == nil else {
                throw CheckpointError(.duplicateTensor, path: path, "two tensors are named \(quoted(tensor.name))")
            }
            shards[shards.count - 1].append(tensor)
            inShard += byteCount
            total += byteCount
        }
        self.shards = shards
        self.shardOfTensor = shardOfTensor
        byteCount = total
    }

    func name(ofShard index: Int) -> String {
        guard shards.count > 1 else { return "model.safetensors" }
        return "model-\(Self.fiveDigits(index + 1))-of-\(Self.fiveDigits(shards.count)).safetensors"
    }

    /// What `model.safetensors.index.json` holds; nil for a single file.
    var index: JSONValue? {
        guard shards.count > 1 else { return nil }
        let map = shardOfTensor.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string(name(ofShard: $0.value))) }
        return [
            "metadata": ["total_size": .integer(byteCount)],
            "weight_map": .object(JSONObject(uniqueKeysWithValues: map)),
        ]
    }

    /// Which tensors lie where.
    var json: JSONValue {
        .array(
            shards.map { shard in
                .array(
                    shard.map { tensor in
                        [
                            .string(tensor.name), .string(tensor.elementType.rawValue),
                            .array(tensor.shape.map(JSONValue.integer)),
                        ]
                    })
            })
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
