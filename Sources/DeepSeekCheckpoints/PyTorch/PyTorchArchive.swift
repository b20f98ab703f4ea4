import DeepSeekTensors

/// A file that `torch.save` wrote for a dictionary of tensors: a zip archive with a pickle, which describes the tensors,
/// and an entry of numbers for each storage.
///
/// Tensors must be contiguous: a transposed or expanded one is refused, since an expanded one may stand for any amount of
/// memory. Two tensors may look into one storage.
package enum PyTorchArchive {
    /// Of the pickle, in bytes.
    static let maximumPickleSize = 100_000_000

    static let elementTypes: [String: ElementType] = [
        "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16, "LongStorage": .int64,
        "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    /// Classes that a pickle may name, so that the error can name the tensor that is of one.
    static let storageClasses = Set(elementTypes.keys).union([
        "DoubleStorage", "ComplexFloatStorage", "ComplexDoubleStorage",
    ])

    package static func parse(
        _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(CheckpointError) -> [TensorPlace] {
        let entries = try ZipArchive(bytes, path: path).entries
        let pickles = entries.keys.filter { $0.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let pickle = pickles.first, let range = entries[pickle] else {
            throw CheckpointError(
                .malformed, path: path, "the archive holds \(pickles.count) entries data.pkl; torch.save writes one")
        }
        guard range.count <= maximumPickleSize else {
            throw CheckpointError(
                .tooLarge, path: path, "the pickle has \(range.count) bytes, and \(maximumPickleSize) are allowed")
        }
        let root = String(pickle.dropLast("data.pkl".count))
        if let order = entries[root + "byteorder"], !bytes[order].elementsEqual("little".utf8) {
            throw CheckpointError(
                .unsupportedFormat, path: path, "its numbers are not little-endian; save it again on a usual machine")
        }
        var places: [TensorPlace] = []
        var names: Set<String> = []
        for (name, tensor) in try PickleMachine.run(UnsafeRawBufferPointer(rebasing: bytes[range]), path: path) {
            guard names.insert(name).inserted else {
                throw CheckpointError(.duplicateTensor, path: path, "two tensors are named \(quoted(name))")
            }
            places.append(try place(of: tensor, name: name, in: entries, root: root, path: path))
        }
        return places
    }

    private static func place(
        of tensor: PickleTensor, name: String, in entries: [String: Range<Int>], root: String, path: String
    ) throws(CheckpointError) -> TensorPlace {
        func error(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
            CheckpointError(code, path: path, "tensor \(quoted(name)): \(message)")
        }
        let storage = tensor.storage
        guard let elementType = elementTypes[storage.className] else {
            throw error(.unsupportedType, "\(storage.className) is not supported; convert it to float32 or bfloat16")
        }
        guard let range = entries[root + "data/" + storage.key] else {
            throw error(
                .malformed, "the archive lacks its storage \(quoted(storage.key)); download or copy the file again")
        }
        guard elementType.byteCount(shape: [storage.elementCount]) == range.count else {
            throw error(
                .wrongByteCount,
                "its storage should have \(storage.elementCount) elements of \(elementType.rawValue), and has "
                    + "\(range.count) bytes")
        }
        guard let byteCount = elementType.byteCount(shape: tensor.shape) else {
            throw error(.wrongShape, "it cannot have shape \(describe(tensor.shape))")
        }
        guard isContiguous(tensor) else {
            throw error(
                .unsupportedFormat,
                "it is a transposed or expanded view (strides \(describe(tensor.strides))); save it with .contiguous()")
        }
        let count = byteCount / elementType.size
        guard tensor.offset >= 0, count <= storage.elementCount, tensor.offset <= storage.elementCount - count else {
            throw error(
                .wrongByteCount,
                "it takes \(count) elements from \(tensor.offset) of a storage of \(storage.elementCount)")
        }
        let start = range.lowerBound + tensor.offset * elementType.size
        return TensorPlace(
            name: name, elementType: elementType, shape: tensor.shape, range: start..<(start + byteCount),
            storage: range)
    }

    /// Strides do not matter along an extent of one, nor when there are no elements.
    ///
    /// The product of the extents fits an `Int`, as the caller has checked.
    private static func isContiguous(_ tensor: PickleTensor) -> Bool {
        guard tensor.strides.count == tensor.shape.count else { return false }
        guard !tensor.shape.contains(0) else { return true }
        var expected = 1
        for (extent, stride) in zip(tensor.shape, tensor.strides).reversed() {
            guard extent == 1 || stride == expected else { return false }
            expected *= extent
        }
        return true
    }
}
