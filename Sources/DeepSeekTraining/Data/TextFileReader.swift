import DeepSeekTensors

/// The bytes of a data file in order, unpacked if it is gzip (which its first bytes say, not its name).
struct TextFileReader {
    let path: String
    private let file: MappedFile

    init(path: String) throws(TrainingError) {
        self.path = path
        do { file = try MappedFile(path: path) } catch { throw TrainingError(.invalidData, error.message) }
    }

    var byteCount: Int { file.bytes.count }

    /// - Parameter body: gets pieces, and how much of the file has been read.
    func forEachPiece(_ body: (UnsafeRawBufferPointer, _ done: Int) throws -> Void) throws {
        let bytes = file.bytes
        guard bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B else {
            let size = 1 << 20
            for start in stride(from: 0, to: bytes.count, by: size) {
                let end = min(start + size, bytes.count)
                try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), end)
            }
            return
        }
        var position = 0
        // Several gzip members in a row are one text.
        while position < bytes.count {
            position = try unpackMember(from: position, body)
        }
    }

    private func unpackMember(
        from start: Int, _ body: (UnsafeRawBufferPointer, Int) throws -> Void
    ) throws -> Int {
        let bytes = file.bytes
        var checksum = Checksum()
        let end = try withoutActuallyEscaping(body) { body in
            var inflater = Inflater(bytes, from: try endOfHeader(from: start)) { piece in
                checksum.add(piece)
                try body(piece, bytes.count)
            }
            do { try inflater.run() } catch let fault as Inflater.Fault { throw broken(fault.reason) }
            return inflater.position
        }
        guard bytes.count - end >= 8 else { throw broken("it ends too early") }
        guard bytes.loadUnaligned(fromByteOffset: end, as: UInt32.self).littleEndian == checksum.value else {
            throw broken("its checksum does not fit")
        }
        return end + 8
    }

    private func broken(_ reason: String) -> TrainingError {
        TrainingError(.invalidData, "\(path): broken gzip data: \(reason); download or make the file again")
    }

    /// Skips the ten fixed bytes and what their flags announce.
    private func endOfHeader(from start: Int) throws -> Int {
        let bytes = file.bytes
        guard bytes.count - start >= 18, bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8 else {
            throw broken("something else follows the compressed text")
        }
        let flags = bytes[start + 3]
        var position = start + 10
        if flags & 4 != 0 {
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        for flag in [UInt8(8), 16] where flags & flag != 0 {
            while position < bytes.count, bytes[position] != 0 { position += 1 }
            position += 1
        }
        if flags & 2 != 0 { position += 2 }
        guard position < bytes.count else { throw broken("it ends too early") }
        return position
    }
}
