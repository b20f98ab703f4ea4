import GRDB

/// Accounts, what they are given, and prices. All of it is for the administrator.
package struct AccountStore: Sendable {
    let store: PlatformStore

    package init(_ store: PlatformStore) { self.store = store }

    package func create(name: String) throws -> Account {
        guard !name.isEmpty, name.utf8.count <= 200 else {
            throw PlatformError(.invalidValue, "an account's name has 1 to 200 bytes, and this one \(name.utf8.count)")
        }
        let account = Account(
            id: Identifier.make("acct_", length: 16), name: name, createdAt: store.now(), suspendedAt: nil,
            grantedNano: 0, toppedUpNano: 0)
        return try store.pool.write { db in
            guard try Account.filter(Column("name") == name).fetchCount(db) == 0 else {
                throw PlatformError(.nameTaken, "there is an account \"\(name)\" already")
            }
            try account.insert(db)
            return account
        }
    }

    package func list() throws -> [Account] { try store.pool.read { try Account.order(Column("name")).fetchAll($0) } }

    /// By name or id.
    package func find(_ nameOrID: String) throws -> Account {
        let account = try store.pool.read { db in
            try Account.filter(Column("name") == nameOrID || Column("id") == nameOrID).fetchOne(db)
        }
        guard let account else {
            throw PlatformError(
                .noSuchAccount, "there is no account \"\(nameOrID)\"; 'deepseek admin account list' shows them")
        }
        return account
    }

    package func balance(_ account: Account) throws -> AccountBalance {
        try store.pool.read { try AccountBalance.read($0, account: account.id) }
    }

    /// Keys of a suspended account are refused, as unknown ones are.
    package func suspend(_ account: Account, _ isSuspended: Bool) throws {
        let time = isSuspended ? store.now() : nil
        try store.pool.write { db in
            try db.execute(
                sql: "UPDATE accounts SET suspended_at = ? WHERE id = ?", arguments: [time, account.id])
        }
    }

    package func grant(_ account: Account, tokens: Int) throws {
        guard (1...1_000_000_000_000).contains(tokens) else {
            throw PlatformError(.invalidValue, "a grant of \(tokens) tokens; it must be between 1 and 10^12")
        }
        let time = store.now()
        try store.pool.write { db in
            try db.execute(
                sql: "INSERT INTO grants (account_id, tokens, tokens_left, created_at) VALUES (?, ?, ?, ?)",
                arguments: [account.id, tokens, tokens, time])
        }
    }

    /// Adds money, as a gift or as paid in. A negative amount takes it back.
    package func credit(_ account: Account, _ amount: Money, isGift: Bool) throws {
        // Far from what 64 bits of billionths hold.
        guard amount.nano.magnitude <= 1_000_000_000_000_000_000 else {
            throw PlatformError(.invalidValue, "an amount of \(amount); at most a thousand million go")
        }
        let column = isGift ? "granted_nano" : "topped_up_nano"
        try store.pool.write { db in
            try db.execute(
                sql: "UPDATE accounts SET \(column) = \(column) + ? WHERE id = ?", arguments: [amount.nano, account.id])
        }
    }

    // MARK: Prices

    package func setPrice(_ price: Price, model: String) throws {
        try store.pool.write { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO prices (model, cache_hit, cache_miss, output) VALUES (?, ?, ?, ?)",
                arguments: [model, price.cacheHit, price.cacheMiss, price.output])
        }
    }

    package func prices() throws -> [(model: String, price: Price)] {
        try store.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM prices ORDER BY model").map { ($0["model"], Price(row: $0)) }
        }
    }
}

extension Price {
    fileprivate init(row: Row) {
        self.init(cacheHit: row["cache_hit"], cacheMiss: row["cache_miss"], output: row["output"])
    }

    /// A model without a price is free.
    static func read(_ db: Database, model: String) throws -> Price {
        try Row.fetchOne(db, sql: "SELECT * FROM prices WHERE model = ?", arguments: [model]).map(Price.init) ?? .free
    }
}
