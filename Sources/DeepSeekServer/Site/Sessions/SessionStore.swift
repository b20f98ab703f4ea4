import Crypto
import Foundation
import GRDB

/// Who is signed in to the site. The browser holds a random name, the database only its digest.
struct SessionStore: Sendable {
    static let cookie = "deepseek_session"
    /// Thirty days.
    static let lifetime = 30 * 86_400
    /// Of the key under which an account's use of the site is counted. Nobody knows its secret.
    static let keyName = "chat site"

    let store: PlatformStore

    /// Opens a session under a new name, whatever the browser brought.
    func open(_ account: Account) async throws -> String {
        let name = Identifier.make("", length: 48)
        let digest = Self.digest(name)
        let time = store.now()
        let keys = KeyStore(store)
        let key = try await siteKey(account) ?? keys.create(account, name: Self.keyName).key.id
        try await store.pool.write { db in
            try db.execute(sql: "DELETE FROM sessions WHERE expires_at < ?", arguments: [time])
            try db.execute(
                sql: "INSERT INTO sessions (digest, account_id, key_id, expires_at) VALUES (?, ?, ?, ?)",
                arguments: [digest, account.id, key, time + Self.lifetime])
        }
        return name
    }

    func close(_ name: String) async throws {
        let digest = Self.digest(name)
        try await store.pool.write { db in
            try db.execute(sql: "DELETE FROM sessions WHERE digest = ?", arguments: [digest])
        }
    }

    /// Whose session it is; nil for one that is unknown, over, of a suspended account or with a revoked key.
    func find(_ name: String) async throws -> SiteSession? {
        let digest = Self.digest(name)
        let time = store.now()
        return try await store.pool.read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT account_id, key_id FROM sessions WHERE digest = ? AND expires_at >= ?",
                    arguments: [digest, time]),
                let account = try Account.fetchOne(db, key: row["account_id"] as String), account.suspendedAt == nil,
                let key = try APIKey.fetchOne(db, key: row["key_id"] as String), key.revokedAt == nil
            else { return nil }
            return SiteSession(
                account: account, caller: Caller(accountID: account.id, keyID: key.id, limits: key.limits))
        }
    }

    private func siteKey(_ account: Account) async throws -> String? {
        try await store.pool.read { db in
            try APIKey.filter(
                Column("account_id") == account.id && Column("name") == Self.keyName && Column("revoked_at") == nil
            ).fetchOne(db)?.id
        }
    }

    private static func digest(_ name: String) -> Data { Data(SHA256.hash(data: Data(name.utf8))) }
}
