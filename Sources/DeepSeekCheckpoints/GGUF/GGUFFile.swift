import DeepSeekJSON
import DeepSeekTensors

/// One GGUF file, mapped and checked: every tensor and every value that it announces lies inside it.
package final class GGUFFile: Sendable {
    package let path: String
    package let header: GGUFHeader
    private let file: MappedFile

    package init(path: String) throws(CheckpointError) {
        do { file = try MappedFile(path: path) } catch { throw CheckpointError(error, path: path) }
        self.path = path
        header = try GGUFHeader.parse(file.bytes, path: path)
    }

    /// The blocks of a tensor; valid while the file lives.
    package func bytes(of tensor: GGUFTensor) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[tensor.range])
    }

    /// Gives back the memory that some blocks have been read into.
    func release(_ part: UnsafeRawBufferPointer) { file.release(part) }

    package func error(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
        CheckpointError(code, path: path, message)
    }

    // MARK: Metadata

    /// The value, of which it must be the kind that `read` takes; nil when absent.
    private func value<Value>(
        _ key: String, _ kind: String, _ read: (GGUFValue) -> Value?
    ) throws(CheckpointError) -> Value? {
        guard let value = header.metadata[key] else { return nil }
        guard let result = read(value) else {
            throw error(.malformed, "metadata \(quoted(key)) must be \(kind), and is \(value.kind)")
        }
        return result
    }

    package func string(_ key: String) throws(CheckpointError) -> String? {
        try value(key, "a string") { if case .string(let string) = $0 { string } else { nil } }
    }

    package func integer(_ key: String) throws(CheckpointError) -> Int? {
        try value(key, "an integer") { if case .integer(let integer) = $0 { integer } else { nil } }
    }

    package func bool(_ key: String) throws(CheckpointError) -> Bool? {
        try value(key, "true or false") { if case .bool(let bool) = $0 { bool } else { nil } }
    }

    package func number(_ key: String) throws(CheckpointError) -> Double? {
        try value(key, "a number") {
            switch $0 {
            case .number(let number): number
            case .integer(let integer): Double(integer)
            default: nil
            }
        }
    }

    package func strings(_ key: String) throws(CheckpointError) -> [String]? {
        guard let list = try list(key, of: "strings", where: { $0 == .string }) else { return nil }
        var reader = GGUFReader(file.bytes, path: path, position: list.start)
        var strings: [String] = []
        strings.reserveCapacity(list.count)
        for _ in 0..<list.count { strings.append(try reader.string(of: key)) }
        return strings
    }

    package func integers(_ key: String) throws(CheckpointError) -> [Int]? {
        let kinds: Set<GGUFKind> = [.uint8, .int8, .uint16, .int16, .uint32, .int32, .int64]
        guard let list = try list(key, of: "integers", where: kinds.contains) else { return nil }
        var reader = GGUFReader(file.bytes, path: path, position: list.start)
        var integers: [Int] = []
        integers.reserveCapacity(list.count)
        for _ in 0..<list.count {
            if case .integer(let integer) = try reader.value(list.kind, of: key) { integers.append(integer) }
        }
        return integers
    }

    private func list(
        _ key: String, of elements: String, where isWanted: (GGUFKind) -> Bool
    ) throws(CheckpointError) -> GGUFList? {
        try value(key, "a list of \(elements)") {
            if case .list(let list) = $0, isWanted(list.kind) { list } else { nil }
        }
    }
}
