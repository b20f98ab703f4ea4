#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name when it is complete and on the disk, or not at all.
///
/// Until ``finish()`` the bytes are in a hidden file beside it, which goes away with this object.
package final class AtomicFile {
    let path: String
    private let temporaryPath: String
    /// Negative once finished.
    private var descriptor: Int32
    private var pending = PageBuffer()

    init(path: String) throws(CheckpointError) {
        self.path = path
        let (folder, name) = FileSystem.split(path)
        temporaryPath = FileSystem.join(folder, ".\(name).\(FileSystem.randomSuffix())")
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.writeError(path, "cannot be created") }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporaryPath)
    }

    /// Writes at a place of the file; places may come in any order. Errors of the disk may come with a later call.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
        guard descriptor >= 0 else {
            throw CheckpointError(.writeFailed, path: path, "the file is finished; nothing can be added")
        }
        if offset != pending.end { try flush() }
        var done = 0
        while done < bytes.count {
            done += pending.take(UnsafeRawBufferPointer(rebasing: bytes[done...]), at: offset + done)
            if pending.isFull { try flush() }
        }
    }

    private func flush() throws(CheckpointError) {
        try pending.withUnsafeBytes { bytes throws(CheckpointError) in try put(bytes, at: pending.start) }
        pending.removeAll()
    }

    private func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileSystem.writeError(path, "cannot be written") }
            done += count
        }
    }

    /// Writes a whole file.
    package static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
        let file = try AtomicFile(path: path)
        try bytes.withUnsafeBufferPointer { bytes throws(CheckpointError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
        try file.finish()
    }

    /// Puts the bytes on the disk, and then the file under its name, in place of one that may be there.
    func finish() throws(CheckpointError) {
        guard descriptor >= 0 else { return }
        try flush()
        guard fsync(descriptor) == 0 else { throw FileSystem.writeError(path, "cannot be written") }
        guard rename(temporaryPath, path) == 0 else { throw FileSystem.writeError(path, "cannot be put in place") }
        close(descriptor)
        descriptor = -1
        try FileSystem.synchronize(folder: FileSystem.split(path).folder)
    }
}
