import Foundation

/// One page on the disk: a head that says whose it is, the tokens, the page's bytes, and a checksum of all of it.
///
/// Little-endian: 8 bytes of magic, the key, count of tokens (4 bytes), the tokens (4 bytes each), count of bytes (8), the
/// bytes, the checksum (8).
enum PageFile {
    private static let magic = Array("DSpage\u{0}\u{1}".utf8)

    static func headCount(tokens: Int) -> Int { magic.count + PageKey.byteCount + 4 + 4 * tokens + 8 }

    static func byteCount(tokens: Int, page: Int) -> Int { headCount(tokens: tokens) + page + 8 }

    static func head(_ key: PageKey, tokens: UnsafeBufferPointer<Int32>, page: Int) -> [UInt8] {
        var head = magic + key.bytes
        head.reserveCapacity(headCount(tokens: tokens.count))
        func add(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { head.append(contentsOf: $0) }
        }
        add(UInt32(tokens.count))
        for token in tokens { add(token) }
        add(UInt64(page))
        return head
    }

    /// Writes a file that appears under its name when it is complete, or not at all. Pages are worth little, so nothing
    /// waits for the disk: one that a crash tears is found by its checksum.
    ///
    /// - Returns: whether it was written.
    static func write(head: [UInt8], page: [UInt8], to path: String) -> Bool {
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        var sum = PageChecksum()
        head.withUnsafeBytes { sum.add($0) }
        page.withUnsafeBytes { sum.add($0) }
        let tail = withUnsafeBytes(of: sum.value.littleEndian) { Array($0) }
        var isWritten = true
        for part in [head, page, tail] where isWritten {
            isWritten = part.withUnsafeBytes { write($0, to: descriptor) }
        }
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return false
        }
        return true
    }

    /// Reads a page into its place.
    ///
    /// - Returns: whether the file is whole and is what `head` says. If not, the place holds anything.
    static func read(_ path: String, head: [UInt8], into page: UnsafeMutableRawBufferPointer) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == head.count + page.count + 8 else { return false }
        var found = [UInt8](repeating: 0, count: head.count)
        var tail = [UInt8](repeating: 0, count: 8)
        guard found.withUnsafeMutableBytes({ read(descriptor, into: $0) }), found == head,
            read(descriptor, into: page), tail.withUnsafeMutableBytes({ read(descriptor, into: $0) })
        else { return false }
        var sum = PageChecksum()
        head.withUnsafeBytes { sum.add($0) }
        sum.add(UnsafeRawBufferPointer(page))
        return tail == withUnsafeBytes(of: sum.value.littleEndian) { Array($0) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private static func read(_ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let count = Foundation.read(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
