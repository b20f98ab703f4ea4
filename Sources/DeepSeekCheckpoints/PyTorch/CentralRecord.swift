/// One entry in the table of contents of a zip archive.
struct CentralRecord {
    static let localSignature: UInt32 = 0x0403_4B50
    static let fixedSize = 46
    private static let signature: UInt32 = 0x0201_4B50
    private static let localSize = 30
    private static let extra64: UInt16 = 1

    let name: String
    /// Where the entry itself starts, with a header of its own before the contents.
    let localHeader: Int
    /// Where the next record starts.
    let end: Int
    private let byteCount: Int

    /// - Parameter end: of the table of contents.
    init(_ reader: ByteReader, at start: Int, end limit: Int) throws(CheckpointError) {
        guard limit - start >= Self.fixedSize, try reader.uint32(start) == Self.signature else {
            throw reader.malformed("the table of contents is damaged")
        }
        let nameLength = Int(try reader.uint16(start + 28))
        let extraLength = Int(try reader.uint16(start + 30))
        let commentLength = Int(try reader.uint16(start + 32))
        let nameStart = start + Self.fixedSize
        guard nameLength + extraLength + commentLength <= limit - nameStart else {
            throw reader.malformed("the table of contents ends inside an entry")
        }
        let extraStart = nameStart + nameLength
        end = extraStart + extraLength + commentLength
        name = try reader.text(nameStart..<extraStart)
        let flags = try reader.uint16(start + 8)
        let method = try reader.uint16(start + 10)
        guard flags & 1 == 0, method == 0 else {
            throw CheckpointError(
                .unsupportedFormat, path: reader.path,
                "\(quoted(name)) in the archive is compressed or encrypted; save it with torch.save")
        }
        var sizes = [
            Int(try reader.uint32(start + 24)), Int(try reader.uint32(start + 20)), Int(try reader.uint32(start + 42)),
        ]
        try Self.widen(&sizes, extra: extraStart..<(extraStart + extraLength), reader)
        guard sizes[0] == sizes[1] else {
            throw reader.malformed("\(quoted(name)) is stored as it is, and yet has two sizes")
        }
        byteCount = sizes[0]
        localHeader = sizes[2]
    }

    /// The extra field gives, in this order, those of size, stored size and place that 32 bits cannot hold.
    private static func widen(_ sizes: inout [Int], extra: Range<Int>, _ reader: ByteReader) throws(CheckpointError) {
        guard sizes.contains(Int(UInt32.max)) else { return }
        var position = extra.lowerBound
        while extra.upperBound - position >= 4 {
            let kind = try reader.uint16(position)
            let length = Int(try reader.uint16(position + 2))
            position += 4
            guard length <= extra.upperBound - position else { break }
            guard kind == extra64 else {
                position += length
                continue
            }
            let fieldEnd = position + length
            for index in sizes.indices where sizes[index] == Int(UInt32.max) {
                guard fieldEnd - position >= 8 else { throw reader.malformed("a 64-bit size is missing") }
                sizes[index] = try reader.uint64(position)
                position += 8
            }
            return
        }
        throw reader.malformed("a 64-bit size is missing")
    }

    /// Where the contents lie.
    ///
    /// - Parameter limit: entries end before the table of contents.
    func contents(_ reader: ByteReader, before limit: Int) throws(CheckpointError) -> Range<Int> {
        guard localHeader <= limit, limit - localHeader >= Self.localSize,
            try reader.uint32(localHeader) == Self.localSignature
        else { throw reader.malformed("\(quoted(name)) is not where the table of contents says") }
        let nameLength = Int(try reader.uint16(localHeader + 26))
        let skip = Self.localSize + nameLength + Int(try reader.uint16(localHeader + 28))
        guard skip <= limit - localHeader, byteCount <= limit - localHeader - skip else {
            throw reader.malformed("\(quoted(name)) reaches beyond the entries of the archive")
        }
        let nameStart = localHeader + Self.localSize
        guard try reader.text(nameStart..<(nameStart + nameLength)) == name else {
            throw reader.malformed("\(quoted(name)) has another name at its place")
        }
        let start = localHeader + skip
        return start..<(start + byteCount)
    }
}
