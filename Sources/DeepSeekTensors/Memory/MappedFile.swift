#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file mapped read-only into memory: pages come in when they are touched, and two processes share one copy.
///
/// The file must not shrink while it is mapped; a process that reads past its new end is killed by the system.
// Unchecked: the memory is never written, and unmapped only when the last reference is gone.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    public let bytes: UnsafeRawBufferPointer

    /// - Throws: ``MemoryError`` when the file is absent, unreadable or not a regular file.
    public init(path: String) throws(MemoryError) {
        self.path = path
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let missing = errno == ENOENT
            throw MemoryError(
                missing ? .fileNotFound : .fileNotReadable, "\(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw MemoryError(.fileNotReadable, "\(path): not a regular file")
        }
        let count = Int(status.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let address = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), address != MAP_FAILED else {
            throw MemoryError(.fileNotReadable, "\(path): cannot be mapped: \(String(cString: strerror(errno)))")
        }
        LargePages.advise(address, count)
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    /// Gives back the memory that holds some of the bytes; they come from the disk again when they are touched. For what
    /// is read only once.
    package func release(_ part: UnsafeRawBufferPointer) {
        guard let start = part.baseAddress else { return }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let (first, end) = (Int(bitPattern: start), Int(bitPattern: start) + part.count)
        let (low, high) = ((first + page - 1) / page * page, end / page * page)
        guard high > low, let address = UnsafeMutableRawPointer(bitPattern: low) else { return }
        // Advice only: if it is not taken, the memory stays.
        _ = madvise(address, high - low, MADV_DONTNEED)
    }

    deinit {
        if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
    }
}
