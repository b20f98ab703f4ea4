import Foundation
import GRDB

/// API keys: made, listed, limited, revoked and recognised. They are read anew for each request, so a change counts at
/// once, without a restart.
package struct KeyStore: Sendable {
    let store: PlatformStore
    /// What an unknown key is compared with, so that it takes as long as a known one.
    private let nobody = (salt: KeySecret.salt(), hash: KeySecret.hash(Identifier.make(""), salt: KeySecret.salt()))

    package init(_ store: PlatformStore) { self.store = store }

    /// - Returns: the key, which is shown this once, and what is kept of it.
    package func create(
        _ account: Account, name: String, limits: KeyLimits = KeyLimits()
    ) throws -> (secret: String, key: APIKey) {
        try limits.validate()
        guard name.utf8.count <= 200 else {
            throw PlatformError(.invalidValue, "a key's name has at most 200 bytes, and this one \(name.utf8.count)")
        }
        let id = Identifier.make("", length: KeySecret.idLength)
        let secret = Identifier.make("", length: KeySecret.secretLength)
        let salt = KeySecret.salt()
        var key = APIKey(
            id: id, accountID: account.id, name: name, salt: salt, hash: KeySecret.hash(secret, salt: salt),
            createdAt: store.now())
        key.limits = limits
        try store.pool.write { [key] db in try key.insert(db) }
        return (KeySecret.prefix + id + secret, key)
    }

    package func list(account: Account? = nil) throws -> [APIKey] {
        try store.pool.read { db in
            let keys = APIKey.order(Column("created_at"))
            return try account.map { keys.filter(Column("account_id") == $0.id) }?.fetchAll(db) ?? keys.fetchAll(db)
        }
    }

    /// - Parameter id: the key's id, with or without `sk-` before it.
    package func find(_ id: String) throws -> APIKey {
        let bare = id.hasPrefix(KeySecret.prefix) ? String(id.dropFirst(KeySecret.prefix.count)) : id
        guard let key = try store.pool.read({ try APIKey.fetchOne($0, key: bare) }) else {
            throw PlatformError(.noSuchKey, "there is no key \(id); 'deepseek admin key list' shows them")
        }
        return key
    }

    /// For good. Answers that are under way are finished.
    package func revoke(_ key: APIKey) throws {
        var key = key
        key.revokedAt = key.revokedAt ?? store.now()
        try store.pool.write { [key] db in try key.update(db) }
    }

    package func setLimits(_ limits: KeyLimits, of key: APIKey) throws {
        try limits.validate()
        var key = key
        key.limits = limits
        try store.pool.write { [key] db in try key.update(db) }
    }

    /// Who a key belongs to.
    ///
    /// - Throws: ``APIError`` `invalidKey`: the same, after the same work, for a key that is unknown, wrong, revoked, or
    ///   of a suspended account.
    func recognise(_ key: String) async throws -> Caller {
        let (id, secret) = KeySecret.halves(key)
        let (record, isSuspended) = try await store.pool.read { db in
            let record = try APIKey.fetchOne(db, key: id)
            let account = try Account.fetchOne(db, key: record?.accountID ?? "")
            return (record, account?.suspendedAt != nil)
        }
        let matches = KeySecret.matches(
            secret, salt: record?.salt ?? nobody.salt, hash: record?.hash ?? nobody.hash)
        guard let record, matches, record.revokedAt == nil, !isSuspended else { throw Self.refusal }
        return Caller(accountID: record.accountID, keyID: record.id, limits: record.limits)
    }

    static let refusal = APIError(.invalidKey, "the API key is not valid")
}
