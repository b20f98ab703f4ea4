#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that one holder at a time has locked, among all processes. The lock goes when the process does.
enum FileLock {
    /// Waits for the lock without blocking a thread, and gives it back when `body` returns.
    static func holding<Value>(_ path: String, _ body: () async throws -> Value) async throws -> Value {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileSystem.error(path, "cannot be opened") }
        // The file stays: removing it would let a third process lock another file of the same name.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { throw FileSystem.error(path, "cannot be locked") }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try await body()
    }
}
