#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The few questions to the file system that reading and writing checkpoints share.
enum FileSystem {
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The folder and the last part of a path.
    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether a name means a file in a folder, and cannot lead out of it.
    static func isPlainName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".."
            && !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.value < 0x20 }
    }

    /// False also for what is not there.
    static func isFilledFolder(_ path: String) -> Bool {
        guard let stream = opendir(path) else { return false }
        defer { closedir(stream) }
        // A folder always lists itself and its parent.
        for _ in 0..<3 where readdir(stream) == nil { return false }
        return true
    }

    /// What a folder holds, in no order; empty also for what is not there.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    static func randomSuffix() -> String { String(UInt64.random(in: 0...UInt64.max), radix: 16) + ".partial" }

    /// Makes sure that names given or changed in a folder survive a power cut.
    static func synchronize(folder: String) throws(CheckpointError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw writeError(folder, "cannot be opened") }
        defer { close(descriptor) }
        // EINVAL: this file system has no such operation for folders.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw writeError(folder, "cannot be written") }
    }

    /// To be called at once after the system call that failed.
    static func writeError(_ path: String, _ what: String) -> CheckpointError {
        let code = errno
        let mend = code == ENOSPC || code == EDQUOT ? "; free some space, or write to another disk" : ""
        return CheckpointError(.writeFailed, path: path, "\(what): \(String(cString: strerror(code)))\(mend)")
    }
}
