import DeepSeekJSON
import GRDB

/// What an account has left.
package struct AccountBalance: Sendable, Hashable {
    package var granted: Money
    package var toppedUp: Money
    package var freeTokens: Int

    package var isAvailable: Bool { freeTokens > 0 || total > .zero }
    package var total: Money { granted + toppedUp }

    /// As the platform's `GET /user/balance` documents it, with the free tokens beside.
    package func json(currency: String) -> JSONValue {
        [
            "is_available": .bool(isAvailable),
            "balance_infos": [
                [
                    "currency": .string(currency), "total_balance": .string(total.description),
                    "granted_balance": .string(granted.description), "topped_up_balance": .string(toppedUp.description),
                ]
            ],
            "free_tokens": .integer(freeTokens),
        ]
    }

    static func read(_ db: Database, account: String) throws -> AccountBalance {
        guard let row = try Account.fetchOne(db, key: account) else {
            throw PlatformError(.noSuchAccount, "there is no account \(account)")
        }
        let free = try Int.fetchOne(
            db, sql: "SELECT SUM(tokens_left) FROM grants WHERE account_id = ?", arguments: [account])
        return AccountBalance(granted: row.granted, toppedUp: row.toppedUp, freeTokens: free ?? 0)
    }

    /// Takes a charge from free tokens, then from what was granted, then from what was paid in. The last may become
    /// negative: an answer that was given is charged whole.
    static func take(_ charge: Charge, _ db: Database, account: String) throws {
        var free = charge.freeTokens
        if free > 0 {
            let grants = try Row.fetchAll(
                db, sql: "SELECT id, tokens_left FROM grants WHERE account_id = ? AND tokens_left > 0 ORDER BY id",
                arguments: [account])
            for grant in grants where free > 0 {
                let (id, left): (Int, Int) = (grant["id"], grant["tokens_left"])
                let taken = min(left, free)
                free -= taken
                try db.execute(
                    sql: "UPDATE grants SET tokens_left = tokens_left - ? WHERE id = ?", arguments: [taken, id])
            }
        }
        guard charge.cost > .zero else { return }
        let granted = try read(db, account: account).granted
        let fromGranted = min(max(granted, .zero), charge.cost)
        try db.execute(
            sql: """
                UPDATE accounts SET granted_nano = granted_nano - ?, topped_up_nano = topped_up_nano - ? WHERE id = ?
                """,
            arguments: [fromGranted.nano, (charge.cost - fromGranted).nano, account])
    }
}
