import DeepSeekJSON

/// The file beside a sharded checkpoint that says which shard holds which tensor. Only its `weight_map` counts.
package struct CheckpointIndex: Sendable, Hashable {
    /// The name of the shard's file by the name of the tensor.
    package let shardOfTensor: [String: String]

    /// In alphabetical order, each once.
    package var shards: [String] { Set(shardOfTensor.values).sorted() }

    /// - Parameter path: of the index, for errors.
    package init(_ json: JSONValue, path: String) throws(CheckpointError) {
        guard let map = json["weight_map"]?.object else {
            throw CheckpointError(.malformed, path: path, "an index must hold an object \"weight_map\"")
        }
        var shardOfTensor: [String: String] = [:]
        shardOfTensor.reserveCapacity(map.count)
        for (tensor, value) in map {
            guard let shard = value.string else {
                throw CheckpointError(
                    .malformed, path: path, "the shard of tensor \(quoted(tensor)) is \(value.kind), not a file name")
            }
            // An index comes from strangers, and must not point out of its folder.
            guard FileSystem.isPlainName(shard) else {
                throw CheckpointError(
                    .malformed, path: path,
                    "the shard of tensor \(quoted(tensor)) is \(quoted(shard)); it must be the name of a file beside the "
                        + "index")
            }
            shardOfTensor[tensor] = shard
        }
        self.shardOfTensor = shardOfTensor
    }

    /// Holds the shards to the index: every tensor lies in the shard that the index names, and nowhere else.
    ///
    /// - Parameter namesInShard: the tensors of each of ``shards``.
    package func check(_ namesInShard: [String: Set<String>], path: String) throws(CheckpointError) {
        for shard in namesInShard.keys.sorted() {
            for name in (namesInShard[shard] ?? []).sorted() where shardOfTensor[name] != shard {
                guard let named = shardOfTensor[name] else {
                    throw CheckpointError(
                        .surplusTensor, path: path,
                        "shard \(quoted(shard)) holds tensor \(quoted(name)), which the index does not list; index and "
                            + "shards come from different checkpoints")
                }
                guard namesInShard[named]?.contains(name) == true else { continue }
                throw CheckpointError(
                    .duplicateTensor, path: path,
                    "tensor \(quoted(name)) lies in two shards, \(quoted(named)) and \(quoted(shard)); download the shards "
                        + "and the index again")
            }
        }
        for (name, shard) in shardOfTensor.sorted(by: { $0.key < $1.key })
        where namesInShard[shard]?.contains(name) != true {
            throw CheckpointError(
                .missingTensor, path: path,
                "shard \(quoted(shard)) lacks tensor \(quoted(name)), which the index places there; download the shards "
                    + "and the index again")
        }
    }
}
