import Foundation
import GRDB

/// The database file of the platform: SQLite with a write-ahead log. Several processes may read and write it, such as
/// a server and `deepseek admin`.
package final class PlatformStore: Sendable {
    package let path: String
    package let pool: DatabasePool
    /// Seconds since 1970; tests move it.
    let now: @Sendable () -> Int

    /// Opens the file, or makes it, for its owner alone, with the tables of this version.
    package init(
        path: String, busySeconds: Double = 5,
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970) }
    ) throws(PlatformError) {
        self.path = path
        self.now = now
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        do {
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if !FileManager.default.fileExists(atPath: path) {
                let isMade = FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
                guard isMade else { throw PlatformError(.database, "\(path) cannot be made; is the folder writable?") }
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            try PlatformSchema.migrator.migrate(pool)
        } catch {
            throw (error as? PlatformError) ?? PlatformError(.database, "\(path): \(error)")
        }
    }

    /// A write that a loss of power does not undo.
    func writeDurably<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            defer { try? db.execute(sql: "PRAGMA synchronous = NORMAL") }
            var value: Value?
            try db.inTransaction(.immediate) {
                value = try body(db)
                return .commit
            }
            guard let value else { throw PlatformError(.database, "a write gave nothing back") }
            return value
        }
    }

    /// Where the database lies without being told: `$XDG_STATE_HOME/deepseek/platform.sqlite`.
    package static func defaultPath(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> String {
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            return "\(state)/deepseek/platform.sqlite"
        }
        return "\(environment["HOME"] ?? NSHomeDirectory())/.local/state/deepseek/platform.sqlite"
    }

    /// The day in UTC, as `2026-11-25`.
    package static func day(_ seconds: Int) -> String {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        func padded(_ value: Int32, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        return "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    }
}
