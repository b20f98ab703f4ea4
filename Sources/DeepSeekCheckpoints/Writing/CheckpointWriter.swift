import DeepSeekJSON
import DeepSeekTensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes a Hugging Face model folder that ``Checkpoint``, and everybody else, opens.
///
/// The folder appears under its name in ``finish()``, complete and on the disk. Without that, or after an error, nothing
/// is left, unless the writer was told to resume: then finished shards wait in a hidden folder beside it, for a writer
/// with the same plan. Weights that fit into one shard make `model.safetensors`, others `model-00001-of-0000N.safetensors` with an
/// index.
public final class CheckpointWriter {
    /// What a writer that was told to resume has found of an earlier run.
    public enum Resumption: Sendable, Hashable {
        case nothing
        /// So many finished shards; their tensors need not be written again.
        case shards(Int)
        /// Something that was made by another plan, and is removed.
        case otherPlan
    }

    public let folder: String
    public let resumption: Resumption
    private let temporaryFolder: String
    private let plan: ShardPlan
    private let configuration: JSONValue
    private let generationConfiguration: JSONValue?
    /// Of a writer that resumes.
    private let partial: PartialFolder?
    /// Shards that are begun and lack something.
    private var openShards: [Int: SafetensorsWriter] = [:]
    private var finishedShards: Set<Int> = []
    private var fileNames: Set<String> = []
    private var isFinished = false

    /// - Parameters:
    ///   - folder: absent or empty; its parent exists.
    ///   - tensors: all weights. Their numbers may come in any order; in the given one, one shard is open at a time.
    ///   - maximumShardBytes: of tensors. A tensor larger than that has a shard of its own.
    ///   - resumePlan: whatever the tensors' bytes depend on, to go on where an earlier writer with the same plan, shards
    ///     and tensors was cut off. Nil starts afresh and leaves nothing behind.
    public init(
        folder: String, configuration: JSONValue, generationConfiguration: JSONValue? = nil,
        tensors: [TensorDescription], maximumShardBytes: Int = 5_000_000_000, resumePlan: JSONValue? = nil
    ) throws(CheckpointError) {
        self.configuration = configuration
        self.generationConfiguration = generationConfiguration
        var folder = folder
        while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
        self.folder = folder
        plan = try ShardPlan(tensors, maximumShardBytes: maximumShardBytes, path: folder)
        guard !FileSystem.isFilledFolder(folder) else {
            throw CheckpointError(
                .writeFailed, path: folder, "the folder is not empty; name another, or empty this one first")
        }
        guard let resumePlan else {
            let (parent, name) = FileSystem.split(folder)
            partial = nil
            resumption = .nothing
            temporaryFolder = FileSystem.join(parent, ".\(name).\(FileSystem.randomSuffix())")
            guard mkdir(temporaryFolder, 0o777) == 0 else { throw FileSystem.writeError(folder, "cannot be created") }
            return
        }
        let partial = try PartialFolder(of: folder, plan: ["given": resumePlan, "shards": plan.json])
        self.partial = partial
        temporaryFolder = partial.path
        finishedShards = Self.finishedShards(of: plan, in: partial.path)
        resumption =
            switch partial.found {
            case .nothing: .nothing
            case .samePlan: finishedShards.isEmpty ? .nothing : .shards(finishedShards.count)
            case .otherPlan: .otherPlan
            }
    }

    /// Shards that are there under their names, and so complete, and hold what the plan says.
    private static func finishedShards(of plan: ShardPlan, in folder: String) -> Set<Int> {
        Set(
            plan.shards.indices.filter { index in
                let path = FileSystem.join(folder, plan.name(ofShard: index))
                guard FileSystem.exists(path), let file = try? TensorFile(path: path) else { return false }
                let found = file.tensorNames.compactMap { file.tensor(named: $0).map(TensorDescription.init) }
                return Set(found) == Set(plan.shards[index])
            })
    }

    /// Whether a tensor has all its bytes already, and lies in a finished shard.
    public func isFinished(tensor name: String) -> Bool {
        plan.shardOfTensor[name].map(finishedShards.contains) ?? false
    }

    deinit {
        guard !isFinished else { return }
        openShards = [:]
        if let partial {
            if finishedShards.isEmpty { partial.discard() }
            return
        }
        for name in fileNames { unlink(FileSystem.join(temporaryFolder, name)) }
        rmdir(temporaryFolder)
    }

    /// Adds the next bytes of a tensor, all of it or a part.
    ///
    /// - Parameter bytes: little-endian numbers of the tensor's type, in row-major order.
    public func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws(CheckpointError) {
        guard let index = plan.shardOfTensor[name] else {
            throw CheckpointError(.surplusTensor, path: folder, "tensor \(quoted(name)) was not announced")
        }
        guard !finishedShards.contains(index) || bytes.isEmpty else {
            throw CheckpointError(
                .wrongByteCount, path: folder,
                "tensor \(quoted(name)) has all its bytes, and \(bytes.count) more are given")
        }
        guard !finishedShards.contains(index) else { return }
        let shard = try writer(ofShard: index)
        try shard.write(bytes, to: name)
        if shard.isComplete { try finish(shard, index) }
    }

    /// Writes a JSON file into the folder, such as `quantization_config.json`.
    public func writeJSON(_ value: JSONValue, as name: String) throws(CheckpointError) {
        let text = Array((value.serialized(pretty: true) + "\n").utf8)
        try text.withUnsafeBufferPointer { bytes throws(CheckpointError) in
            try writeFile(UnsafeRawBufferPointer(bytes), as: name)
        }
    }

    /// Writes a file into the folder.
    public func writeFile(_ bytes: UnsafeRawBufferPointer, as name: String) throws(CheckpointError) {
        guard FileSystem.isPlainName(name) else {
            throw CheckpointError(.writeFailed, path: folder, "\(quoted(name)) is not the name of a file in the folder")
        }
        guard !isFinished else { throw CheckpointError(.writeFailed, path: folder, "the folder is finished") }
        let file = try AtomicFile(path: FileSystem.join(temporaryFolder, name))
        try file.write(bytes, at: 0)
        try file.finish()
        fileNames.insert(name)
    }

    /// Puts the folder in place.
    ///
    /// - Throws: `wrongByteCount` when a tensor has not all its bytes yet; `writeFailed`.
    public func finish() throws(CheckpointError) {
        guard !isFinished else { return }
        // Here are shards that lack bytes, which is an error, and shards that have none to write.
        for index in plan.shards.indices where !finishedShards.contains(index) {
            try finish(writer(ofShard: index), index)
        }
        if let json = plan.index { try writeJSON(json, as: "model.safetensors.index.json") }
        // The configuration comes last: without it, nothing opens the folder.
        if let generationConfiguration { try writeJSON(generationConfiguration, as: "generation_config.json") }
        try writeJSON(configuration, as: "config.json")
        partial?.complete()
        try FileSystem.synchronize(folder: temporaryFolder)
        guard rename(temporaryFolder, folder) == 0 else {
            throw FileSystem.writeError(folder, "cannot be put in place")
        }
        isFinished = true
        try FileSystem.synchronize(folder: FileSystem.split(folder).folder)
    }

    private func writer(ofShard index: Int) throws(CheckpointError) -> SafetensorsWriter {
        if let open = openShards[index] { return open }
        let path = FileSystem.join(temporaryFolder, plan.name(ofShard: index))
        let writer = try SafetensorsWriter(path: path, tensors: plan.shards[index])
        openShards[index] = writer
        return writer
    }

    private func finish(_ shard: SafetensorsWriter, _ index: Int) throws(CheckpointError) {
        // Named before it exists, so that it is removed even if the last step of finishing fails.
        fileNames.insert(plan.name(ofShard: index))
        try shard.finish()
        openShards[index] = nil
        finishedShards.insert(index)
    }
}
