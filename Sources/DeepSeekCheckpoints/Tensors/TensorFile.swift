import DeepSeekTensors

/// One file of tensors, mapped and checked: every tensor that it announces lies inside it.
///
/// A tensor whose place does not suit its element type is copied into aligned memory on opening.
public final class TensorFile: Sendable {
    public enum Format: Sendable, Hashable {
        case safetensors
        /// What `torch.save` has written for a dictionary of contiguous tensors since PyTorch 1.6. The pickle in it is
        /// read, never run: whatever does more than describe tensors is an error.
        case pytorch
    }

    public let path: String
    /// Remarks that the writer left, such as `format`. Empty for PyTorch.
    public let metadata: [String: String]
    private let tensors: [String: StoredTensor]

    public init(path: String, format: Format = .safetensors) throws(CheckpointError) {
        let file: MappedFile
        do { file = try MappedFile(path: path) } catch { throw CheckpointError(error, path: path) }
        // Parsers only hold pointers into the mapping.
        defer { withExtendedLifetime(file) {} }
        let places: [TensorPlace]
        switch format {
        case .safetensors:
            let header = try SafetensorsHeader.parse(file.bytes, fileSize: file.bytes.count, path: path)
            metadata = header.metadata
            places = header.tensors
        case .pytorch:
            metadata = [:]
            places = try PyTorchArchive.parse(file.bytes, path: path)
        }
        self.path = path
        tensors = try Self.store(places, of: file)
    }

    /// In alphabetical order.
    public var tensorNames: [String] { tensors.keys.sorted() }

    public func tensor(named name: String) -> StoredTensor? { tensors[name] }

    private static func store(
        _ places: [TensorPlace], of file: MappedFile
    ) throws(CheckpointError) -> [String: StoredTensor] {
        var tensors: [String: StoredTensor] = [:]
        // By storage, so that tensors that share one share the copy, and copies never exceed the file.
        var copies: [Range<Int>: OwnedBytes] = [:]
        for place in places {
            var bytes = UnsafeRawBufferPointer(rebasing: file.bytes[place.range])
            var owner: any AnyObject & Sendable = file
            if !place.range.lowerBound.isMultiple(of: place.elementType.size), !bytes.isEmpty {
                guard let copy = copies[place.storage] ?? OwnedBytes(of: .init(rebasing: file.bytes[place.storage]))
                else {
                    throw CheckpointError(
                        .outOfMemory, path: file.path,
                        "tensor \(quoted(place.name)) is not aligned, and there is no memory to copy its "
                            + "\(place.storage.count) bytes; save the file again with a current writer")
                }
                copies[place.storage] = copy
                let start = place.range.lowerBound - place.storage.lowerBound
                bytes = UnsafeRawBufferPointer(rebasing: copy.bytes[start..<(start + place.range.count)])
                owner = copy
            }
            tensors[place.name] = StoredTensor(
                name: place.name, elementType: place.elementType, shape: place.shape, bytes: bytes, file: file.path,
                owner: owner)
        }
        return tensors
    }
}
