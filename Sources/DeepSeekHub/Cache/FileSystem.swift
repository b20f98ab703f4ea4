#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The system calls that the cache needs, with errors that say which path they are about.
enum FileSystem {
    /// Follows symbolic links, so that a link to nothing does not exist.
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// In bytes; nil for what is absent or not a regular file. Follows symbolic links.
    static func fileSize(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// The names in a folder, sorted; empty when it cannot be read.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The whole of a small file; nil when there is none.
    static func contents(of path: String, limit: Int) throws(HubError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw error(path, "cannot be opened")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try read(descriptor, into: &buffer, path)
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= limit else {
                throw HubError(.fileSystem, path, "is larger than the \(limit) bytes that such a file may have")
            }
        }
    }

    /// The number of bytes read; 0 at the end.
    static func read(_ descriptor: Int32, into buffer: inout [UInt8], _ path: String) throws(HubError) -> Int {
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                #if canImport(Glibc)
                    Glibc.read(descriptor, bytes.baseAddress, bytes.count)
                #else
                    Darwin.read(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if count >= 0 { return count }
            if errno != EINTR { throw error(path, "cannot be read") }
        }
    }

    static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, _ path: String) throws(HubError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let count = Glibc.write(descriptor, part.baseAddress, part.count)
            #else
                let count = Darwin.write(descriptor, part.baseAddress, part.count)
            #endif
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw error(path, "cannot be written")
            }
        }
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws(HubError) {
        if mkdir(path, 0o777) == 0 { return }
        if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
            if mkdir(path, 0o777) == 0 { return }
        }
        var status = stat()
        let reason = errno
        // Another process may have made it meanwhile.
        guard reason == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            errno = reason
            throw error(path, "cannot be made a folder")
        }
    }

    static func rename(_ path: String, to target: String) throws(HubError) {
        #if canImport(Glibc)
            let result = Glibc.rename(path, target)
        #else
            let result = Darwin.rename(path, target)
        #endif
        guard result == 0 else { throw error(target, "cannot be put in place") }
    }

    /// A reader sees the old file or the new one, never a part.
    static func replace(_ path: String, with text: String) throws(HubError) {
        let temporary = path + temporarySuffix()
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw error(temporary, "cannot be made") }
        do throws(HubError) {
            defer { close(descriptor) }
            try Array(text.utf8).withUnsafeBufferPointer { bytes throws(HubError) in
                try write(UnsafeRawBufferPointer(bytes), to: descriptor, temporary)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try rename(temporary, to: path)
    }

    /// Puts a symbolic link in place of whatever file is there.
    static func link(_ path: String, to target: String) throws(HubError) {
        let temporary = path + temporarySuffix()
        guard symlink(target, temporary) == 0 else { throw error(path, "cannot be linked to \(target)") }
        try rename(temporary, to: path)
    }

    static func remove(_ path: String) throws(HubError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw error(path, "cannot be removed") }
    }

    private static func temporarySuffix() -> String { ".\(String(UInt64.random(in: 0...UInt64.max), radix: 16)).tmp" }

    /// To be called at once after the system call that failed.
    static func error(_ path: String, _ what: String) -> HubError {
        let code = errno
        let mend =
            switch code {
            case ENOSPC, EDQUOT: "; free some space, or set HF_HOME to a folder on another disk"
            case EACCES, EPERM, EROFS: "; change its permissions, or set HF_HOME to a folder of yours"
            default: ""
            }
        return HubError(.fileSystem, path, "\(what): \(String(cString: strerror(code)))\(mend)")
    }
}
