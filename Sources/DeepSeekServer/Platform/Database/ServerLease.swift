import Foundation

/// The sign that a server lives: a locked file beside the database. Whatever ends the process lifts the lock, so that
/// another server knows which open rows nobody will close any more. Several servers of one machine may share a database.
package final class ServerLease: Sendable {
    /// Written into the rows that this server opens.
    package let id = Identifier.make("", length: 16)
    private let path: String
    private let descriptor: Int32

    /// - Throws: ``PlatformError`` `database` with the file.
    package init(database: String) throws(PlatformError) {
        let folder = Self.folder(database)
        path = "\(folder)/\(id)"
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw PlatformError(.database, "\(path) cannot be made and locked: \(reason)")
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    private static func folder(_ database: String) -> String { database + ".servers" }

    /// Whether the server of this name still runs. What a dead one left is removed.
    static func isAlive(_ id: String, database: String) -> Bool {
        let path = "\(folder(database))/\(id)"
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return errno != ENOENT }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return true }
        unlink(path)
        return false
    }
}
