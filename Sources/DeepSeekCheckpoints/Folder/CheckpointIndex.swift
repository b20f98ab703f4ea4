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
            guard !shard.isEmpty, shard != ".", shard != "..", !shard.unicodeScalars.contains(where: Self.isUnsafe)
            else {
                throw CheckpointError(
                    .malformed, path: path,
                    "the shard of tensor \(quoted(tensor)) is \(quoted(shard)); it must be the name of a file beside the "
                        + "index")
            }
            shardOfTensor[tensor] = shard
        }
        self.shardOfTensor = shardOfTensor
    }

    private static func isUnsafe(_ scalar: UnicodeScalar) -> Bool {
        scalar == "/" || scalar == "\\" || scalar.value < 0x20
    }

    /// Holds the shards to the index: every tensor lies in the shard that the index names, and nowhere else.
    ///
    /// - Parameter namesInShard: the tensors of each of ``shards``.
    package func check(_ namesInShard: [String: [String]], path: String) throws(CheckpointError) {
        var found: Set<String> = []
        for shard in namesInShard.keys.sorted() {
            for name in namesInShard[shard] ?? [] {
                guard let named = shardOfTensor[name] else {
                    throw CheckpointError(
                        .surplusTensor, path: path,
                        "shard \(quoted(shard)) holds tensor \(quoted(name)), which the index "
                            + "does not list; index and shards come from different checkpoints")
                }
                if named == shard {
                    found.insert(name)
                } else if namesInShard[named]?.contains(name) == true {
                    throw CheckpointError(
                        .duplicateTensor, path: path,
                        "tensor \(quoted(name)) lies in two shards, \(quoted(named)) and \(quoted(shard))")
                }
            }
        }
        if let name = shardOfTensor.keys.filter({ !found.contains($0) }).min() {
            throw CheckpointError(
                .missingTensor, path: path,
                "shard \(quoted(shardOfTensor[name] ?? "")) lacks tensor \(quoted(name)), which the index places there; "
                    + "download shards and index again")
        }
    }
}
