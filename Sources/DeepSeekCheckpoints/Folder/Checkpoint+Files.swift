import DeepSeekJSON
import DeepSeekTensors

extension Checkpoint {
    /// Reads a JSON file.
    ///
    /// - Parameter maximumBytes: larger files are refused before they are read.
    public static func readJSON(path: String, maximumBytes: Int = 100_000_000) throws(CheckpointError) -> JSONValue {
        let file: MappedFile
        do { file = try MappedFile(path: path) } catch { throw CheckpointError(error, path: path) }
        guard file.bytes.count <= maximumBytes else {
            throw CheckpointError(
                .tooLarge, path: path, "the file has \(file.bytes.count) bytes, and \(maximumBytes) are allowed")
        }
        // The mapping must outlast the parser, which only holds a pointer into it.
        defer { withExtendedLifetime(file) {} }
        do {
            return try JSONValue(parsing: file.bytes, maximumValues: SafetensorsHeader.maximumValues)
        } catch { throw CheckpointError(error, path: path) }
    }

    /// The GGUF file that a path means: itself, or the one in a folder without a `config.json`; nil for other folders.
    public static func ggufPath(_ path: String) throws(CheckpointError) -> String? {
        if path.hasSuffix(GGUFSplit.suffix), !FileSystem.isFilledFolder(path) { return path }
        if FileSystem.exists(FileSystem.join(path, "config.json")) { return nil }
        return try GGUFSplit.find(in: path)
    }

    /// Whether a GGUF file holds a tokenizer.
    public static func hasEmbeddedTokenizer(_ path: String) throws(CheckpointError) -> Bool {
        try GGUFTokenizer.isPresent(GGUFSplit.head(path: path))
    }

    /// The tokenizer of a GGUF file.
    public static func embeddedTokenizer(_ path: String) throws(CheckpointError) -> EmbeddedTokenizer {
        try GGUFTokenizer(GGUFSplit.head(path: path)).embedded
    }

    /// Bytes of what stands before the weights of a GGUF file: nearly all of it is the tokenizer.
    public static func embeddedTokenizerBytes(_ path: String) throws(CheckpointError) -> Int {
        try GGUFSplit.head(path: path).header.tensors.map(\.range.lowerBound).min() ?? 0
    }

    static func readObject(path: String) throws(CheckpointError) -> JSONValue {
        let value = try readJSON(path: path)
        guard value.object != nil else {
            throw CheckpointError(.malformed, path: path, "the file holds \(value.kind), not an object")
        }
        return value
    }

    /// The files that hold the weights, opened, and held to their index if there is one.
    static func openFiles(in folder: String) throws(CheckpointError) -> [TensorFile] {
        let layouts: [(name: String, format: TensorFile.Format)] = [
            ("model.safetensors", .safetensors), ("pytorch_model.bin", .pytorch),
        ]
        for layout in layouts {
            let path = FileSystem.join(folder, layout.name)
            if FileSystem.exists(path) { return [try TensorFile(path: path, format: layout.format)] }
            if FileSystem.exists(path + ".index.json") {
                return try openShards(indexPath: path + ".index.json", in: folder, format: layout.format)
            }
        }
        throw CheckpointError(
            .fileNotFound, path: folder,
            "there are no weights: neither "
                + layouts.map { "\($0.name) nor \($0.name).index.json" }.joined(separator: " nor "))
    }

    private static func openShards(
        indexPath: String, in folder: String, format: TensorFile.Format
    ) throws(CheckpointError) -> [TensorFile] {
        let index = try CheckpointIndex(readJSON(path: indexPath), path: indexPath)
        var files: [TensorFile] = []
        var namesInShard: [String: Set<String>] = [:]
        for shard in index.shards {
            let path = FileSystem.join(folder, shard)
            guard FileSystem.exists(path) else {
                throw CheckpointError(
                    .fileNotFound, path: path, "this shard is missing, and \(indexPath) names it; download it")
            }
            let file = try TensorFile(path: path, format: format)
            namesInShard[shard] = Set(file.tensorNames)
            files.append(file)
        }
        try index.check(namesInShard, path: indexPath)
        return files
    }
}
