import GRDB

/// The tables, as a list of steps: a step that was released is never changed, new ones follow it.
enum PlatformSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("accounts, keys and usage") { db in
            try db.create(table: "accounts") { table in
                table.primaryKey("id", .text)
                table.column("name", .text).notNull().unique()
                table.column("created_at", .integer).notNull()
                table.column("suspended_at", .integer)
                table.column("granted_nano", .integer).notNull().defaults(to: 0)
                table.column("topped_up_nano", .integer).notNull().defaults(to: 0)
            }
            try db.create(table: "grants") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("account_id", .text).notNull().indexed().references("accounts")
                table.column("tokens", .integer).notNull()
                table.column("tokens_left", .integer).notNull()
                table.column("created_at", .integer).notNull()
            }
            try db.create(table: "api_keys") { table in
                table.primaryKey("id", .text)
                table.column("account_id", .text).notNull().indexed().references("accounts")
                table.column("name", .text).notNull()
                table.column("salt", .blob).notNull()
                table.column("hash", .blob).notNull()
                table.column("created_at", .integer).notNull()
                table.column("revoked_at", .integer)
                table.column("requests_per_minute", .integer)
                table.column("tokens_per_minute", .integer)
                table.column("tokens_per_day", .integer)
                table.column("concurrent_requests", .integer)
            }
            try db.create(table: "prices") { table in
                table.primaryKey("model", .text)
                table.column("cache_hit", .integer).notNull()
                table.column("cache_miss", .integer).notNull()
                table.column("output", .integer).notNull()
            }
            try db.create(table: "usage") { table in
                table.primaryKey("id", .text)
                table.column("account_id", .text).notNull().references("accounts")
                table.column("key_id", .text).notNull().references("api_keys")
                table.column("model", .text).notNull()
                table.column("endpoint", .text).notNull()
                // The day in UTC on which the request came: 2026-11-25.
                table.column("day", .text).notNull()
                table.column("opened_at", .integer).notNull()
                table.column("closed_at", .integer)
                table.column("state", .text).notNull()
                // The one that opened the row; see ServerLease.
                table.column("server", .text).notNull()
                table.column("prompt_tokens", .integer).notNull().defaults(to: 0)
                table.column("cache_hit_tokens", .integer).notNull().defaults(to: 0)
                table.column("completion_tokens", .integer).notNull().defaults(to: 0)
                table.column("free_tokens", .integer).notNull().defaults(to: 0)
                table.column("cost_nano", .integer).notNull().defaults(to: 0)
            }
            try db.create(index: "usage_by_key_and_day", on: "usage", columns: ["key_id", "day"])
            try db.create(index: "usage_by_account_and_day", on: "usage", columns: ["account_id", "day"])
            try db.create(
                index: "usage_open", on: "usage", columns: ["state"], condition: Column("state") == "open")
        }
        migrator.registerMigration("sessions, passwords and conversations") { db in
            try db.create(table: "passwords") { table in
                table.primaryKey("account_id", .text).references("accounts")
                table.column("salt", .blob).notNull()
                table.column("hash", .blob).notNull()
            }
            try db.create(table: "sessions") { table in
                table.primaryKey("digest", .blob)
                table.column("account_id", .text).notNull().indexed().references("accounts")
                table.column("key_id", .text).notNull().references("api_keys")
                table.column("expires_at", .integer).notNull()
            }
            try db.create(table: "conversations") { table in
                table.column("account_id", .text).notNull().references("accounts")
                table.column("id", .text).notNull()
                table.column("title", .text).notNull()
                // Milliseconds since 1970, as browsers count.
                table.column("updated_at", .integer).notNull()
                table.column("body", .text).notNull()
                table.primaryKey(["account_id", "id"])
            }
        }
        return migrator
    }
}
