import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// Checkpoints with random weights, for measuring speed where no trained weights are at hand.
public enum RandomCheckpoint {
    /// Writes a checkpoint folder, a piece at a time.
    ///
    /// - Parameters:
    ///   - format: of the matrices.
    ///   - progress: bytes written so far, and of how many.
    public static func write(
        _ configuration: JSONValue, format: RandomFormat = .bfloat16, to folder: String,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let weights = RandomWeights(try ModelConfiguration(configuration), format: format)
        let writer = try CheckpointWriter(
            folder: folder, configuration: weights.described(configuration), tensors: weights.tensors.map(\.description)
        )
        var written = 0
        let total = weights.byteCount
        for tensor in weights.tensors {
            var left = tensor.byteCount
            while left > 0 {
                let piece = tensor.pattern.prefix(left)
                try piece.withUnsafeBytes { try writer.write($0, to: tensor.description.name) }
                left -= piece.count
                written += piece.count
                progress(written, total)
            }
        }
        try writer.finish()
    }

    /// Makes a checkpoint in memory.
    ///
    /// - Throws: `MemoryError` when there is not enough.
    public static func make(
        _ configuration: JSONValue, format: RandomFormat = .bfloat16, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Checkpoint {
        let weights = RandomWeights(try ModelConfiguration(configuration), format: format)
        let total = weights.byteCount
        if let available = SystemMemory.available, total > available {
            throw MemoryError(
                .outOfMemory,
                "weights of \(total) bytes do not fit into the available \(available); use fewer layers or experts")
        }
        // In one piece, as in a file, so that it lies in large pages.
        let memory = try OwnedBytes(count: weights.tensors.reduce(0) { $0 + Self.padded($1.byteCount) })
        var made = 0
        var place = 0
        var tensors: [StoredTensor] = []
        for tensor in weights.tensors {
            let bytes = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[place..<(place + tensor.byteCount)])
            place += Self.padded(tensor.byteCount)
            tensor.pattern.withUnsafeBytes { pattern in
                for start in stride(from: 0, to: tensor.byteCount, by: pattern.count) {
                    let count = min(pattern.count, tensor.byteCount - start)
                    UnsafeMutableRawBufferPointer(rebasing: bytes[start..<(start + count)])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: pattern[..<count]))
                }
            }
            tensors.append(
                StoredTensor(
                    name: tensor.description.name, elementType: tensor.description.elementType,
                    shape: tensor.description.shape, bytes: UnsafeRawBufferPointer(bytes), file: "memory",
                    owner: memory))
            made += tensor.byteCount
            progress(made, total)
        }
        return Checkpoint(folder: "random weights", configuration: weights.described(configuration), tensors: tensors)
    }

    /// To whole lines of the cache.
    private static func padded(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
}
