#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Gives a finished folder its name, so that it survives a power cut.
enum FolderMove {
    static func move(_ source: String, to target: String) throws(TrainingError) {
        try synchronize(source)
        guard rename(source, target) == 0 else { throw failure(target, "cannot be put in place") }
        try synchronize(target.lastIndex(of: "/").map { String(target[..<$0]) } ?? ".")
    }

    private static func synchronize(_ folder: String) throws(TrainingError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(folder, "cannot be opened") }
        defer { close(descriptor) }
        // EINVAL: this file system has no such operation for folders.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(folder, "cannot be written") }
    }

    private static func failure(_ path: String, _ what: String) -> TrainingError {
        TrainingError(.writeFailed, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
