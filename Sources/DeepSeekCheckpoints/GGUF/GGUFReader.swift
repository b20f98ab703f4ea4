/// Reads the header of a GGUF file from front to back; whatever leads past the end is an error.
struct GGUFReader {
    let bytes: UnsafeRawBufferPointer
    let path: String
    private(set) var position: Int

    init(_ bytes: UnsafeRawBufferPointer, path: String, position: Int = 0) {
        self.bytes = bytes
        self.path = path
        self.position = position
    }

    var left: Int { bytes.count - position }

    func error(_ code: CheckpointError.Code, _ message: String) -> CheckpointError {
        CheckpointError(code, path: path, message)
    }

    private func require(_ count: Int, _ what: String) throws(CheckpointError) {
        guard count <= left else {
            throw error(.truncated, "the file ends inside \(what); download or copy it again")
        }
    }

    mutating func number<Number: FixedWidthInteger>(
        _ type: Number.Type = Number.self, of what: String
    ) throws(CheckpointError) -> Number {
        try require(MemoryLayout<Number>.size, what)
        defer { position += MemoryLayout<Number>.size }
        return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Number.self))
    }

    /// A count of things that take at least `size` bytes each.
    mutating func count(of what: String, size: Int) throws(CheckpointError) -> Int {
        let announced = try number(UInt64.self, of: what)
        guard let count = Int(exactly: announced), count <= left / size else {
            throw error(
                .truncated, "it announces \(announced) \(what), more than the file holds; download or copy it again")
        }
        return count
    }

    /// A string; what is not UTF-8 in it is read as U+FFFD.
    mutating func string(of what: String) throws(CheckpointError) -> String {
        let length = try count(of: "bytes of \(what)", size: 1)
        defer { position += length }
        return String(decoding: bytes[position..<(position + length)], as: UTF8.self)
    }

    mutating func skip(_ count: Int, of what: String) throws(CheckpointError) {
        try require(count, what)
        position += count
    }

    mutating func kind(of what: String) throws(CheckpointError) -> GGUFKind {
        let number = try number(UInt32.self, of: what)
        guard let kind = GGUFKind(rawValue: number) else {
            throw error(.malformed, "\(what) has type \(number), which does not exist; download or convert it again")
        }
        return kind
    }

    mutating func value(_ kind: GGUFKind, of what: String) throws(CheckpointError) -> GGUFValue {
        switch kind {
        case .uint8: return .integer(Int(try number(UInt8.self, of: what)))
        case .int8: return .integer(Int(try number(Int8.self, of: what)))
        case .uint16: return .integer(Int(try number(UInt16.self, of: what)))
        case .int16: return .integer(Int(try number(Int16.self, of: what)))
        case .uint32: return .integer(Int(try number(UInt32.self, of: what)))
        case .int32: return .integer(Int(try number(Int32.self, of: what)))
        case .int64: return .integer(Int(try number(Int64.self, of: what)))
        case .uint64:
            let number = try number(UInt64.self, of: what)
            guard let integer = Int(exactly: number) else { return .number(Double(number)) }
            return .integer(integer)
        case .float32:
            let float = Float(bitPattern: try number(UInt32.self, of: what))
            // By its shortest decimal: 1e-6 in a file shall mean 1e-6.
            return .number(Double(float.description) ?? Double(float))
        case .float64: return .number(Double(bitPattern: try number(UInt64.self, of: what)))
        case .bool: return .bool(try number(UInt8.self, of: what) != 0)
        case .string: return .string(try string(of: what))
        case .array: return .list(try list(of: what))
        }
    }

    private mutating func list(of what: String) throws(CheckpointError) -> GGUFList {
        let kind = try kind(of: what)
        guard kind != .array else { throw error(.unsupportedFormat, "\(what) is a list of lists, which nothing uses") }
        let count = try count(of: "elements of \(what)", size: kind.minimumBytes)
        let list = GGUFList(kind: kind, count: count, start: position)
        if kind == .string {
            for _ in 0..<count { try skip(try self.count(of: "bytes of \(what)", size: 1), of: what) }
        } else {
            try skip(count * kind.minimumBytes, of: what)
        }
        return list
    }
}
