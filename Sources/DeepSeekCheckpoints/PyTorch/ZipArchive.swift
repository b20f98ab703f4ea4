/// The table of contents of a zip archive whose entries are stored as they are, as `torch.save` writes it.
///
/// Compressed and encrypted entries are refused, so nothing can grow on reading. Checksums are not verified: that would
/// read every byte of a file that is mapped so as not to.
struct ZipArchive {
    /// Where the bytes of each entry lie, by name. No two entries overlap.
    let entries: [String: Range<Int>]

    init(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) {
        let reader = ByteReader(bytes, path: path)
        let directory = try Self.findDirectory(reader)
        var entries: [String: Range<Int>] = [:]
        var claims: [(range: Range<Int>, name: String)] = []
        var position = directory.range.lowerBound
        for _ in 0..<directory.count {
            let record = try CentralRecord(reader, at: position, end: directory.range.upperBound)
            position = record.end
            let range = try record.contents(reader, before: directory.range.lowerBound)
            guard entries.updateValue(range, forKey: record.name) == nil else {
                throw CheckpointError(.malformed, path: path, "the archive holds \(quoted(record.name)) twice")
            }
            claims.append((record.localHeader..<range.upperBound, record.name))
        }
        claims.sort { $0.range.lowerBound < $1.range.lowerBound }
        for (before, after) in zip(claims, claims.dropFirst())
        where before.range.upperBound > after.range.lowerBound {
            throw CheckpointError(
                .overlapping, path: path,
                "\(quoted(before.name)) and \(quoted(after.name)) in the archive claim the same bytes")
        }
        self.entries = entries
    }

    private static let endSignature: UInt32 = 0x0605_4B50
    private static let endSize = 22
    private static let end64Signature: UInt32 = 0x0606_4B50
    private static let end64Size = 56
    private static let locatorSignature: UInt32 = 0x0706_4B50
    private static let locatorSize = 20

    /// The central directory, through the record at the very end of the file and its 64-bit form if there is one.
    private static func findDirectory(_ reader: ByteReader) throws(CheckpointError) -> (range: Range<Int>, count: Int) {
        let size = reader.bytes.count
        guard size >= 4, try reader.uint32(0) == CentralRecord.localSignature else {
            throw CheckpointError(
                .unsupportedFormat, path: reader.path,
                "not a zip archive, as torch.save has written since PyTorch 1.6; load and save it with a current PyTorch, "
                    + "or convert it to safetensors")
        }
        guard let end = try findEnd(reader) else {
            throw CheckpointError(
                .truncated, path: reader.path, "the archive has no end record; download or copy the file again")
        }
        var count = Int(try reader.uint16(end + 10))
        var length = Int(try reader.uint32(end + 12))
        var start = Int(try reader.uint32(end + 16))
        var limit = end
        if end >= locatorSize, try reader.uint32(end - locatorSize) == locatorSignature {
            limit = try reader.uint64(end - locatorSize + 8)
            guard limit <= end - locatorSize, end - locatorSize - limit >= end64Size,
                try reader.uint32(limit) == end64Signature
            else { throw reader.malformed("the 64-bit end record is not where the archive says") }
            count = try reader.uint64(limit + 32)
            length = try reader.uint64(limit + 40)
            start = try reader.uint64(limit + 48)
        }
        guard start <= limit, length <= limit - start else {
            throw reader.malformed("the table of contents lies outside the archive")
        }
        guard count <= length / CentralRecord.fixedSize else {
            throw reader.malformed("the table of contents is too short for \(count) entries")
        }
        return (start..<(start + length), count)
    }

    /// The end record may be followed by a comment of up to 65,535 bytes, whose length it gives.
    private static func findEnd(_ reader: ByteReader) throws(CheckpointError) -> Int? {
        let size = reader.bytes.count
        guard size >= endSize else { return nil }
        var position = size - endSize
        while position >= max(0, size - endSize - Int(UInt16.max)) {
            if try reader.uint32(position) == endSignature,
                try Int(reader.uint16(position + 20)) == size - position - endSize
            {
                return position
            }
            position -= 1
        }
        return nil
    }
}
