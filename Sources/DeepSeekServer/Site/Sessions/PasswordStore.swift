import Foundation
import GRDB

/// Passwords of accounts, for signing in to the site.
package struct PasswordStore: Sendable {
    /// Short ones are guessed, and very long ones are work for nothing.
    package static let lengths = 8...1_000

    private let store: PlatformStore

    package init(_ store: PlatformStore) { self.store = store }

    /// Sets or replaces the password, and ends the account's sessions.
    package func set(_ password: String, of account: Account) throws {
        guard Self.lengths.contains(password.utf8.count) else {
            throw PlatformError(
                .invalidValue,
                "a password has \(Self.lengths.lowerBound) to \(Self.lengths.upperBound) bytes, and this one "
                    + "\(password.utf8.count)")
        }
        let made = try PasswordHash(password)
        try store.pool.write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO passwords (account_id, salt, hash) VALUES (?, ?, ?)",
                arguments: [account.id, made.salt, made.hash])
            try db.execute(sql: "DELETE FROM sessions WHERE account_id = ?", arguments: [account.id])
        }
    }

    /// The account that a name and a password belong to; nil, after the same work, for any other pair.
    func check(name: String, password: String) async throws -> Account? {
        let (account, kept) = try await store.pool.read { db in
            let account = try Account.filter(Column("name") == name).fetchOne(db)
            let row = try account.flatMap {
                try Row.fetchOne(db, sql: "SELECT salt, hash FROM passwords WHERE account_id = ?", arguments: [$0.id])
            }
            return (account, row.map { PasswordHash(salt: $0["salt"], hash: $0["hash"]) })
        }
        // What nothing matches: the salt is as good as any.
        let nobody = PasswordHash(salt: Data(count: 16), hash: Data(count: 32))
        let matches = try await Self.derive { try (kept ?? nobody).matches(password) }
        guard let account, kept != nil, matches, account.suspendedAt == nil else { return nil }
        return account
    }

    /// One at a time, and away from the threads that serve others: scrypt takes memory and time on purpose.
    private static func derive(_ body: @escaping @Sendable () throws -> Bool) async throws -> Bool {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: body)) }
        }
    }

    private static let queue = DispatchQueue(label: "deepseek.passwords")
}
