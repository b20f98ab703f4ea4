import DeepSeekJSON
import DeepSeekTensors

/// A model, opened: its configuration, and its weights mapped and checked. It is a Hugging Face folder, a GGUF file, or a
/// folder that holds one model in GGUF.
///
/// The weights of a folder are the first of these that it holds: `model.safetensors`, the shards that
/// `model.safetensors.index.json` names, `pytorch_model.bin`, the shards that `pytorch_model.bin.index.json` names.
///
/// A GGUF file is read as the folder that it was made from: the same configuration, names and shapes. Weights in F32, F16
/// and BF16 are used where they lie, except for a LLaMA's queries and keys, which move; quantised ones are re-packed as
/// low-bit panels when they are asked for (``GGUFType/packedFormat``).
///
/// Opening reads headers only; numbers come from the disk when they are touched.
public final class Checkpoint: Sendable {
    /// The folder, or the GGUF file.
    public let folder: String
    /// `config.json`, an object, or what says the same.
    public let configuration: JSONValue
    /// Where the configuration comes from, for errors.
    public let configurationPath: String
    /// `generation_config.json`, an object, if there is one.
    public let generationConfiguration: JSONValue?
    /// The paths of the files that hold the weights.
    public let files: [String]
    /// Whether the weights are in GGUF, where every tensor says what it is and no configuration has to.
    public let isGGUF: Bool
    /// In alphabetical order.
    public let tensorNames: [String]
    /// Bytes of all tensors together.
    public let byteCount: Int
    private let tensors: [String: StoredTensor]

    /// - Parameter folder: a folder, or a file in GGUF: any part of it if it is split.
    /// - Throws: ``CheckpointError`` naming the file, and the tensor if it is about one.
    public init(folder: String) throws(CheckpointError) {
        var tensors: [String: StoredTensor] = [:]
        var files: [String] = []
        if let path = try Self.ggufPath(folder) {
            let model = try GGUFModel(path: path)
            isGGUF = true
            self.folder = path
            (configuration, configurationPath) = (model.configuration, path)
            generationConfiguration = model.generationConfiguration
            files = model.files.map(\.path)
            var names: Set<String> = []
            for weight in model.weights {
                let tensor = try weight.stored()
                guard names.insert(weight.name).inserted else {
                    throw CheckpointError(
                        .duplicateTensor, path: tensor.file, "tensor \(quoted(weight.name)) is there in two forms")
                }
                tensors[tensor.name] = tensor
            }
        } else {
            isGGUF = false
            self.folder = folder
            configurationPath = FileSystem.join(folder, "config.json")
            configuration = try Self.readObject(path: configurationPath)
            let generationPath = FileSystem.join(folder, "generation_config.json")
            // Spelled out: a bare nil would be the JSON null.
            generationConfiguration =
                try FileSystem.exists(generationPath) ? Self.readObject(path: generationPath) : Optional.none
            for file in try Self.openFiles(in: folder) {
                files.append(file.path)
                for name in file.tensorNames { tensors[name] = file.tensor(named: name) }
            }
        }
        self.files = files
        self.tensors = tensors
        tensorNames = tensors.keys.sorted()
        byteCount = tensors.values.reduce(0) { $0 + $1.byteCount }
    }

    /// Bytes of the tensors that are memory of this process once they were asked for.
    public var anonymousByteCount: Int { tensors.values.reduce(0) { $0 + ($1.isAnonymous ? $1.byteCount : 0) } }

    /// A checkpoint that is in memory already.
    package init(folder: String, configuration: JSONValue, tensors: [StoredTensor]) {
        self.folder = folder
        self.configuration = configuration
        configurationPath = FileSystem.join(folder, "config.json")
        generationConfiguration = Optional.none
        files = []
        isGGUF = false
        self.tensors = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        tensorNames = self.tensors.keys.sorted()
        byteCount = tensors.reduce(0) { $0 + $1.byteCount }
    }

    public func tensor(named name: String) -> StoredTensor? { tensors[name] }

    /// Whether some matrices are low-bit panels.
    public var isPacked: Bool {
        tensorNames.contains { name in PackedFormat.allCases.contains { name.hasSuffix("." + $0.rawValue) } }
    }

    /// A weight that the configuration asks for.
    ///
    /// - Throws: `missingTensor`, `wrongShape`, or `unsupportedType` when it does not hold floating-point numbers.
    public func tensor(named name: String, shape: [Int]) throws(CheckpointError) -> StoredTensor {
        guard let tensor = tensors[name] else {
            throw CheckpointError(
                .missingTensor, path: folder,
                "tensor \(quoted(name)) of shape \(describe(shape)) is missing; the weights are incomplete, or the "
                    + "configuration belongs to another model")
        }
        guard tensor.shape == shape else {
            throw CheckpointError(
                .wrongShape, path: tensor.file,
                "tensor \(quoted(name)) has shape \(describe(tensor.shape)), and the configuration asks for \(describe(shape)); "
                    + "one of the two belongs to another model")
        }
        guard tensor.elementType.isFloatingPoint else {
            throw CheckpointError(
                .unsupportedType, path: tensor.file,
                "tensor \(quoted(name)) holds \(tensor.elementType.rawValue), and weights must be float32, float16 or "
                    + "bfloat16")
        }
        return tensor
    }

    /// Refuses weights that the network would not use, since they mean that it is another network.
    ///
    /// - Parameters:
    ///   - expected: the names that the network uses.
    ///   - ignorable: names that may be present all the same, such as a head that is tied to the embedding. The tables of
    ///     rotary frequencies that old exporters left (`*.rotary_emb.inv_freq`) always are.
    public func refuseSurplus(expected: Set<String>, ignorable: Set<String> = []) throws(CheckpointError) {
        let surplus = tensorNames.filter {
            !expected.contains($0) && !ignorable.contains($0) && !$0.hasSuffix(".rotary_emb.inv_freq")
        }
        guard let first = surplus.first else { return }
        let others = surplus.count > 1 ? " (and \(surplus.count - 1) more)" : ""
        throw CheckpointError(
            .surplusTensor, path: tensors[first]?.file ?? folder,
            "tensor \(quoted(first))\(others) has no place in the network that \(configurationPath) describes; the two "
                + "belong to different models, or the network is one that this package does not know")
    }
}
