import DeepSeekJSON
import OrderedCollections

/// A safetensors file taken apart, so that its header can be broken.
struct SafetensorsFile {
    var header: OrderedDictionary<String, JSONValue>
    var data: [UInt8]

    init(_ bytes: [UInt8]) throws {
        let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let json = try bytes[8..<(8 + length)].withUnsafeBytes { try JSONValue(parsing: $0) }
        header = json.object ?? [:]
        data = Array(bytes[(8 + length)...])
    }

    var bytes: [UInt8] { Self.file(header: JSONValue.object(header).serialized(), data: data) }

    /// - Parameter length: what the file says of its header; nil for the truth.
    static func file(header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) } + Array(header.utf8)
            + data
    }

    /// Changes a member of a tensor's description.
    mutating func set(_ key: String, of tensor: String, to value: JSONValue) {
        guard case .object(var members)? = header[tensor] else { return }
        members[key] = value
        header[tensor] = .object(members)
    }
}
