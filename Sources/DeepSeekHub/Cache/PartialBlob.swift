#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of the cache on its way: `<digest>.incomplete`, hashed while it is written.
struct PartialBlob: ~Copyable {
    let path: String
    let file: HubFile
    /// Bytes on disk.
    private(set) var count = 0
    private var hasher: BlobHasher
    private let descriptor: Int32

    /// Opens or makes the file; ``readBack()`` has to follow.
    init(path: String, for file: HubFile) throws(HubError) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw FileSystem.error(path, "cannot be opened") }
        descriptor = opened
        self.path = path
        self.file = file
        hasher = BlobHasher(for: file.digest, size: file.size)
    }

    deinit { close(descriptor) }

    /// Hashes what an earlier attempt left.
    mutating func readBack() async throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            try Task.checkCancellation()
            let read = try FileSystem.read(descriptor, into: &buffer, path)
            if read == 0 { return }
            guard read <= file.size - count else { return try startOver() }
            buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<read])) }
            count += read
            await Task.yield()
        }
    }

    mutating func startOver() throws(HubError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileSystem.error(path, "cannot be emptied")
        }
        hasher = BlobHasher(for: file.digest, size: file.size)
        count = 0
    }

    /// - Throws: ``HubError`` with `integrity` when the file would become longer than promised.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
        guard bytes.count <= file.size - count else {
            throw HubError(.integrity, file.name, "more than the promised \(file.size) bytes arrived")
        }
        try FileSystem.write(bytes, to: descriptor, path)
        hasher.update(bytes)
        count += bytes.count
    }

    /// Checks the digest and gives the file its final name.
    func finish(as target: String) throws(HubError) {
        let found = hasher.finish()
        guard count == file.size, found == file.digest.hexadecimal else {
            throw HubError(
                .integrity, file.name,
                "the \(count) bytes that arrived hash to \(found), not to the promised \(file.digest.hexadecimal)")
        }
        guard fsync(descriptor) == 0 else { throw FileSystem.error(path, "cannot be written") }
        try FileSystem.rename(path, to: target)
    }
}
