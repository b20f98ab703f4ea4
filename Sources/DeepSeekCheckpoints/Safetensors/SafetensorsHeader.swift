import DeepSeekJSON
import DeepSeekTensors

/// What stands before the numbers in a safetensors file: eight bytes that say how long the JSON is (little-endian), then
/// an object of tensors by name, each with `dtype`, `shape` and `data_offsets` counted from the end of the JSON.
///
/// As strict as the reference implementation: the tensors cover the rest of the file without overlap, gap or surplus.
package struct SafetensorsHeader: Sendable, Hashable {
    /// The bound of the reference implementation, in bytes of JSON.
    package static let maximumLength = 100_000_000
    /// Of JSON in a header: a quarter of a million tensors, several times what any published checkpoint has. 100 MB of
    /// JSON without it could take gigabytes.
    package static let maximumValues = 1 << 21
    static let lengthFieldSize = 8
    static let metadataKey = "__metadata__"

    package let metadata: [String: String]
    /// In the order of their places in the file.
    package let tensors: [TensorPlace]

    /// - Parameters:
    ///   - bytes: the file from its start, at least to the end of the header.
    ///   - fileSize: bytes in the whole file.
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, fileSize: Int, path: String
    ) throws(CheckpointError) -> SafetensorsHeader {
        guard bytes.count >= lengthFieldSize else {
            throw CheckpointError(.truncated, path: path, "too short for a safetensors file; \(downloadAgain)")
        }
        let announced = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard announced <= UInt64(maximumLength) else {
            throw CheckpointError(
                .tooLarge, path: path,
                "the header would have \(announced) bytes, and \(maximumLength) are allowed; is this a safetensors file?"
            )
        }
        let dataStart = lengthFieldSize + Int(announced)
        guard dataStart <= bytes.count else {
            throw CheckpointError(
                .truncated, path: path, "the file ends inside its header of \(announced) bytes; \(downloadAgain)")
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes[lengthFieldSize..<dataStart])
        let json: JSONValue
        do { json = try JSONValue(parsing: text, maximumValues: maximumValues) } catch {
            guard error.code != .tooManyValues else {
                throw CheckpointError(
                    .tooLarge, path: path,
                    "the header holds more than \(maximumValues) values; is this a safetensors file? If so, use more, "
                        + "smaller shards")
            }
            throw CheckpointError(.malformed, path: path, "the header is not valid JSON: \(error); \(downloadAgain)")
        }
        guard let members = json.object else {
            throw CheckpointError(.malformed, path: path, "the header is \(json.kind), not an object")
        }
        var metadata: [String: String] = [:]
        var tensors: [TensorPlace] = []
        tensors.reserveCapacity(members.count)
        for (name, member) in members {
            if name == metadataKey {
                metadata = try parseMetadata(member, path: path)
            } else {
                tensors.append(try parseTensor(name, member, dataStart: dataStart, path: path))
            }
        }
        tensors.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        try checkCoverage(tensors, of: dataStart..<max(dataStart, fileSize), path: path)
        return SafetensorsHeader(metadata: metadata, tensors: tensors)
    }

    private static let downloadAgain = "download or copy it again"

    private static func parseMetadata(_ value: JSONValue, path: String) throws(CheckpointError) -> [String: String] {
        var metadata: [String: String] = [:]
        guard let members = value.object else {
            throw CheckpointError(
                .malformed, path: path, "\(metadataKey) in the header is \(value.kind), not an object")
        }
        for (key, value) in members {
            guard let text = value.string else {
                throw CheckpointError(
                    .malformed, path: path,
                    "\(metadataKey) in the header: \(quoted(key)) is \(value.kind), not a string")
            }
            metadata[key] = text
        }
        return metadata
    }

    private static func parseTensor(
        _ name: String, _ value: JSONValue, dataStart: Int, path: String
    ) throws(CheckpointError) -> TensorPlace {
        func error(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
            CheckpointError(code, path: path, "tensor \(quoted(name)): \(message)")
        }
        guard let typeName = value["dtype"]?.string else { throw error(.malformed, "the header gives no dtype") }
        guard let elementType = ElementType(safetensorsName: typeName) else {
            let known = ElementType.allCases.map(\.safetensorsName).joined(separator: ", ")
            throw error(.unsupportedType, "type \(quoted(typeName)) is not supported; convert it to one of \(known)")
        }
        guard let shape = value["shape"].flatMap(wholeNumbers) else {
            throw error(.malformed, "the header gives no shape of whole numbers")
        }
        guard let offsets = value["data_offsets"].flatMap(wholeNumbers), offsets.count == 2, offsets[0] <= offsets[1]
        else {
            throw error(.malformed, "data_offsets must be two whole numbers, the start and the end")
        }
        guard let byteCount = elementType.byteCount(shape: shape), offsets[1] <= Int.max - dataStart else {
            throw error(.malformed, "it is larger than any file")
        }
        guard offsets[1] - offsets[0] == byteCount else {
            throw error(
                .wrongByteCount,
                "shape \(describe(shape)) of \(typeName) needs \(byteCount) bytes, data_offsets give "
                    + "\(offsets[1] - offsets[0])")
        }
        let range = (dataStart + offsets[0])..<(dataStart + offsets[1])
        return TensorPlace(name: name, elementType: elementType, shape: shape, range: range, storage: range)
    }

    private static func wholeNumbers(_ value: JSONValue) -> [Int]? {
        guard let elements = value.array else { return nil }
        var numbers: [Int] = []
        for element in elements {
            guard case .integer(let number) = element, number >= 0 else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    private static func checkCoverage(
        _ tensors: [TensorPlace], of data: Range<Int>, path: String
    ) throws(CheckpointError) {
        var end = data.lowerBound
        for tensor in tensors {
            guard tensor.range.lowerBound >= end else {
                throw CheckpointError(
                    .overlapping, path: path, "tensor \(quoted(tensor.name)) overlaps the one before it")
            }
            guard tensor.range.lowerBound == end else {
                throw CheckpointError(
                    .malformed, path: path,
                    "\(tensor.range.lowerBound - end) bytes before tensor \(quoted(tensor.name)) belong to no tensor")
            }
            end = tensor.range.upperBound
            guard end <= data.upperBound else {
                throw CheckpointError(
                    .truncated, path: path, "the file ends inside tensor \(quoted(tensor.name)); \(downloadAgain)")
            }
        }
        guard end == data.upperBound else {
            throw CheckpointError(
                .malformed, path: path, "\(data.upperBound - end) bytes at the end of the file belong to no tensor")
        }
    }
}
