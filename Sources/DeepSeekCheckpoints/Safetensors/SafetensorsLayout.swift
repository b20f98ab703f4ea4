import DeepSeekJSON
import DeepSeekTensors

/// Where a writer puts each tensor of a safetensors file, and the header that says so.
struct SafetensorsLayout {
    /// What the start of the numbers is aligned to: a cache line, and the widest vector.
    static let alignment = 64

    /// Length field and JSON, padded with spaces so that the numbers start aligned.
    let header: [UInt8]
    let places: [String: TensorPlace]

    /// The format allows no gaps, so order is what aligns: tensors of whole cache lines come first and all start on one;
    /// the rest follow from the widest element to the narrowest, and each suits its type. Among equals the given order
    /// stays.
    init(_ tensors: [TensorDescription], metadata: [String: String], path: String) throws(CheckpointError) {
        var sized: [(tensor: TensorDescription, byteCount: Int)] = []
        for tensor in tensors {
            guard let byteCount = tensor.elementType.byteCount(shape: tensor.shape) else {
                throw CheckpointError(
                    .wrongShape, path: path, "tensor \(quoted(tensor.name)) cannot have shape \(describe(tensor.shape))"
                )
            }
            sized.append((tensor, byteCount))
        }
        let order = sized.indices.sorted { Self.rank(sized[$0], $0) < Self.rank(sized[$1], $1) }

        var members = JSONObject()
        let remarks = metadata.merging(["format": "pt"]) { given, _ in given }.sorted { $0.key < $1.key }
        members[SafetensorsHeader.metadataKey] = .object(
            JSONObject(uniqueKeysWithValues: remarks.map { ($0.key, .string($0.value)) }))
        var ranges: [Range<Int>] = []
        var end = 0
        for index in order {
            let (tensor, byteCount) = sized[index]
            let (next, overflow) = end.addingReportingOverflow(byteCount)
            guard !overflow, next <= Int.max / 2 else {
                throw CheckpointError(.tooLarge, path: path, "the tensors together are larger than any file")
            }
            let member: JSONValue = [
                "dtype": .string(tensor.elementType.safetensorsName),
                "shape": .array(tensor.shape.map(JSONValue.integer)),
                "data_offsets": [.integer(end), .integer(next)],
            ]
            guard members.insert(member, forKey: tensor.name) else {
                throw CheckpointError(
                    .duplicateTensor, path: path,
                    "two tensors, or one and the metadata, are named \(quoted(tensor.name))")
            }
            ranges.append(end..<next)
            end = next
        }

        var json = Array(JSONValue.object(members).serialized().utf8)
        let unpadded = SafetensorsHeader.lengthFieldSize + json.count
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: -unpadded & (Self.alignment - 1)))
        guard json.count <= SafetensorsHeader.maximumLength else {
            throw CheckpointError(
                .tooLarge, path: path,
                "the header would have \(json.count) bytes, and \(SafetensorsHeader.maximumLength) are allowed; use more, "
                    + "smaller shards")
        }
        header = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json

        var places: [String: TensorPlace] = [:]
        for (index, relative) in zip(order, ranges) {
            let tensor = sized[index].tensor
            let range = (relative.lowerBound + header.count)..<(relative.upperBound + header.count)
            places[tensor.name] = TensorPlace(
                name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, range: range, storage: range)
        }
        self.places = places
    }

    private static func rank(_ sized: (tensor: TensorDescription, byteCount: Int), _ index: Int) -> (Int, Int, Int) {
        (sized.byteCount.isMultiple(of: alignment) ? 0 : 1, -sized.tensor.elementType.size, index)
    }
}
