/// Little-endian numbers and texts at given places of a file; a place outside it is an error.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    let path: String

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    func uint16(_ position: Int) throws(CheckpointError) -> UInt16 { UInt16(littleEndian: try load(position)) }

    func uint32(_ position: Int) throws(CheckpointError) -> UInt32 { UInt32(littleEndian: try load(position)) }

    /// A 64-bit size or place, which must be one that an `Int` holds.
    func uint64(_ position: Int) throws(CheckpointError) -> Int {
        let value: UInt64 = try load(position)
        guard let number = Int(exactly: UInt64(littleEndian: value)) else {
            throw malformed("a size or place in it is larger than any file")
        }
        return number
    }

    func text(_ range: Range<Int>) throws(CheckpointError) -> String {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { throw truncated }
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw malformed("a name in it is not valid UTF-8")
        }
        return text
    }

    func malformed(_ what: String) -> CheckpointError {
        CheckpointError(.malformed, path: path, "\(what); the file is damaged, download or copy it again")
    }

    private var truncated: CheckpointError {
        CheckpointError(.truncated, path: path, "the file ends too early; download or copy it again")
    }

    private func load<Number: FixedWidthInteger & BitwiseCopyable>(_ position: Int) throws(CheckpointError) -> Number {
        guard position >= 0, position <= bytes.count - MemoryLayout<Number>.size else { throw truncated }
        return bytes.loadUnaligned(fromByteOffset: position, as: Number.self)
    }
}
