/// The bytes of a GGUF file, sound or not: as much of a writer as the tests need.
package struct GGUFBytes {
    package enum Value {
        case uint32(UInt32)
        case float32(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case int32s([Int32])
        /// A type's number and whatever bytes follow.
        case raw(UInt32, [UInt8])
    }

    package struct Tensor {
        package var name: String
        /// Row-major, the length of a row last.
        package var shape: [Int]
        /// The type's number.
        package var type: UInt32
        package var data: [UInt8]
        /// Where it says it is, if not where it is.
        package var offset: UInt64?

        package init(_ name: String, _ shape: [Int], type: UInt32, _ data: [UInt8], offset: UInt64? = nil) {
            self.name = name
            self.shape = shape
            self.type = type
            self.data = data
            self.offset = offset
        }
    }

    package var magic = Array("GGUF".utf8)
    package var version: UInt32 = 3
    package var metadata: [(String, Value)] = []
    package var tensors: [Tensor] = []
    package var alignment = 32
    /// What it announces, if not what there is.
    package var tensorCount: UInt64?
    package var metadataCount: UInt64?

    package init() {}

    package var bytes: [UInt8] {
        var bytes = magic + Self.little(version)
        bytes += Self.little(tensorCount ?? UInt64(tensors.count))
        bytes += Self.little(metadataCount ?? UInt64(metadata.count))
        for (key, value) in metadata { bytes += Self.string(key) + Self.encoded(value) }
        var offset = 0
        for tensor in tensors {
            bytes += Self.string(tensor.name) + Self.little(UInt32(tensor.shape.count))
            for extent in tensor.shape.reversed() { bytes += Self.little(UInt64(bitPattern: Int64(extent))) }
            bytes += Self.little(tensor.type) + Self.little(tensor.offset ?? UInt64(offset))
            offset = padded(offset + tensor.data.count)
        }
        pad(&bytes)
        for tensor in tensors {
            bytes += tensor.data
            pad(&bytes)
        }
        return bytes
    }

    private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private func pad(_ bytes: inout [UInt8]) {
        bytes += [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
    }

    private static func encoded(_ value: Value) -> [UInt8] {
        switch value {
        case .uint32(let number): little(UInt32(4)) + little(number)
        case .float32(let number): little(UInt32(6)) + little(number.bitPattern)
        case .bool(let bool): little(UInt32(7)) + [bool ? 1 : 0]
        case .string(let text): little(UInt32(8)) + string(text)
        case .strings(let list):
            little(UInt32(9)) + little(UInt32(8)) + little(UInt64(list.count)) + list.flatMap(string)
        case .int32s(let list):
            little(UInt32(9)) + little(UInt32(5)) + little(UInt64(list.count)) + list.flatMap { little($0) }
        case .raw(let type, let bytes): little(type) + bytes
        }
    }

    package static func string(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

    package static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    package static func bytes(_ values: [Float]) -> [UInt8] { values.flatMap { little($0.bitPattern) } }
}
