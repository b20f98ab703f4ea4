import DeepSeekInference
import GRDB

/// The books: one row for each request, from before its first token until after its last.
///
/// A row is opened before the model starts, counts the tokens that were sent, and is closed once, together with the
/// charge, in one transaction. Whatever ends the process in between leaves an open row, and ``closeCut(isAlive:)`` closes it at
/// the next start with the tokens already sent.
package struct UsageLedger: Sendable {
    let store: PlatformStore
    /// The name of the server that keeps them.
    let server: String

    package init(_ store: PlatformStore, server: String) {
        self.store = store
        self.server = server
    }

    /// Opens the row of a request.
    ///
    /// - Throws: ``APIError`` `insufficientBalance` or `quotaExceeded`.
    package func open(id: String, caller: Caller, model: String, endpoint: String) async throws {
        let time = store.now()
        let day = PlatformStore.day(time)
        try await store.writeDurably { db in
            let balance = try AccountBalance.read(db, account: caller.accountID)
            if !balance.isAvailable, try !Price.read(db, model: model).isFree {
                throw APIError(
                    .insufficientBalance,
                    "the balance of this account is \(balance.total) and it has no free tokens left")
            }
            if let limit = caller.limits.tokensPerDay {
                let used = try Self.tokens(db, key: caller.keyID, day: day)
                guard used < limit else {
                    throw APIError(
                        .quotaExceeded, "this key has used \(used) of its \(limit) tokens for \(day) (UTC)",
                        retryAfter: 86_400 - time % 86_400)
                }
            }
            try db.execute(
                sql: """
                    INSERT INTO usage (id, account_id, key_id, model, endpoint, day, opened_at, state, server)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, caller.accountID, caller.keyID, model, endpoint, day, time, UsageState.open.rawValue, server,
                ])
        }
    }

    private static func tokens(_ db: Database, key: String, day: String) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT SUM(prompt_tokens + completion_tokens) FROM usage WHERE key_id = ? AND day = ?",
            arguments: [key, day]) ?? 0
    }

    /// Notes what is about to be sent. The death of the process does not undo it; a loss of power may.
    package func note(id: String, promptTokens: Int, completionTokens: Int) async throws {
        try await store.pool.write { db in
            try db.execute(
                sql: "UPDATE usage SET prompt_tokens = ?, completion_tokens = ? WHERE id = ? AND state = 'open'",
                arguments: [promptTokens, completionTokens, id])
        }
    }

    /// Closes a row and charges the account. A row that is closed already stays as it is, and nothing is charged.
    ///
    /// - Returns: whether it was open.
    @discardableResult
    package func close(id: String, _ usage: TokenUsage, _ state: UsageState) async throws -> Bool {
        let time = store.now()
        return try await store.writeDurably { db in try Self.close(db, id: id, usage, state, time) }
    }

    private static func close(
        _ db: Database, id: String, _ usage: TokenUsage, _ state: UsageState, _ time: Int
    ) throws -> Bool {
        let row = try Row.fetchOne(
            db, sql: "SELECT account_id, model FROM usage WHERE id = ? AND state = 'open'", arguments: [id])
        guard let row else { return false }
        let (account, model): (String, String) = (row["account_id"], row["model"])
        let charge = Charge(
            usage, price: try Price.read(db, model: model),
            freeTokens: try AccountBalance.read(db, account: account).freeTokens)
        try AccountBalance.take(charge, db, account: account)
        try db.execute(
            sql: """
                UPDATE usage SET state = ?, closed_at = ?, prompt_tokens = ?, cache_hit_tokens = ?,
                completion_tokens = ?, free_tokens = ?, cost_nano = ? WHERE id = ?
                """,
            arguments: [
                state.rawValue, time, usage.promptTokens, usage.promptCacheHitTokens, usage.completionTokens,
                charge.freeTokens, charge.cost.nano, id,
            ])
        return true
    }

    /// Closes what a process that ended left open. How much of a prompt its cache held died with it, so all of it is
    /// charged as if it had been there.
    ///
    /// - Parameter isAlive: whether the server of a name still runs, and will close its rows itself.
    /// - Returns: how many rows.
    @discardableResult
    package func closeCut(isAlive: @escaping @Sendable (String) -> Bool) async throws -> Int {
        let time = store.now()
        return try await store.writeDurably { db in
            let servers = try String.fetchAll(db, sql: "SELECT DISTINCT server FROM usage WHERE state = 'open'")
            let dead = Set(servers.filter { !isAlive($0) })
            let open = try Row.fetchAll(
                db, sql: "SELECT id, server, prompt_tokens, completion_tokens FROM usage WHERE state = 'open'")
            let rows = open.filter { dead.contains($0["server"]) }
            for row in rows {
                let prompt: Int = row["prompt_tokens"]
                let usage = TokenUsage(
                    promptTokens: prompt, completionTokens: row["completion_tokens"], promptCacheHitTokens: prompt)
                _ = try Self.close(db, id: row["id"], usage, .cut, time)
            }
            return rows.count
        }
    }
}
