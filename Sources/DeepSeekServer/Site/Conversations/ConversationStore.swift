import GRDB

/// Conversations of accounts, as the site's pages write them.
struct ConversationStore: Sendable {
    /// Of one conversation, and how many an account may keep: far more than anyone reads again.
    static let maximumBytes = 4 << 20
    static let maximumCount = 10_000

    struct Summary: Sendable, Hashable {
        var id: String
        var title: String
        var updated: Int
    }

    let store: PlatformStore

    /// The newest first.
    func list(account: String) async throws -> [Summary] {
        try await store.pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, title, updated_at FROM conversations WHERE account_id = ?
                    ORDER BY updated_at DESC, id LIMIT 1000
                    """,
                arguments: [account]
            ).map { Summary(id: $0["id"], title: $0["title"], updated: $0["updated_at"]) }
        }
    }

    /// Nil for one that is not there, or somebody else's.
    func load(_ id: String, account: String) async throws -> String? {
        try await store.pool.read { db in
            try String.fetchOne(
                db, sql: "SELECT body FROM conversations WHERE account_id = ? AND id = ?", arguments: [account, id])
        }
    }

    /// - Throws: ``APIError`` `quotaExceeded` for one too many.
    func save(_ summary: Summary, body: String, account: String) async throws {
        try await store.pool.write { db in
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT COUNT(*) FROM conversations WHERE account_id = ? AND id <> ?",
                    arguments: [account, summary.id]) ?? 0
            guard count < Self.maximumCount else {
                throw APIError(.quotaExceeded, "there are \(count) conversations already; delete some")
            }
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO conversations (account_id, id, title, updated_at, body) VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [account, summary.id, summary.title, summary.updated, body])
        }
    }

    func remove(_ id: String, account: String) async throws {
        try await store.pool.write { db in
            try db.execute(
                sql: "DELETE FROM conversations WHERE account_id = ? AND id = ?", arguments: [account, id])
        }
    }
}
