import DeepSeekJSON
import GRDB

/// Usage by day, key and model.
package struct UsageReport: Sendable {
    let store: PlatformStore

    package init(_ store: PlatformStore) { self.store = store }

    /// What one key used of one model on one day.
    package struct Line: Sendable, Hashable {
        package var day: String
        package var account: String
        package var key: String
        package var model: String
        package var requests: Int
        package var promptTokens: Int
        package var cacheHitTokens: Int
        package var completionTokens: Int
        package var freeTokens: Int
        package var cost: Money

        package var json: JSONValue {
            [
                "day": .string(day), "key": .string(key), "model": .string(model), "requests": .integer(requests),
                "prompt_tokens": .integer(promptTokens), "prompt_cache_hit_tokens": .integer(cacheHitTokens),
                "prompt_cache_miss_tokens": .integer(promptTokens - cacheHitTokens),
                "completion_tokens": .integer(completionTokens), "free_tokens": .integer(freeTokens),
                "cost": .string(cost.description),
            ]
        }
    }

    /// Whether a text has the form `2026-11-25`.
    package static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [4, 2, 2]
            && parts.allSatisfy { $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    }

    /// - Parameters:
    ///   - account: its id; nil for all.
    ///   - days: as `2026-11-25`, both included; nil for no bound.
    package func lines(account: String? = nil, from: String? = nil, to: String? = nil) throws -> [Line] {
        try store.pool.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT day, account_id, key_id, model, COUNT(*) AS requests, SUM(prompt_tokens) AS prompt,
                    SUM(cache_hit_tokens) AS hits, SUM(completion_tokens) AS completion, SUM(free_tokens) AS free,
                    SUM(cost_nano) AS cost FROM usage
                    WHERE (?1 IS NULL OR account_id = ?1) AND (?2 IS NULL OR day >= ?2) AND (?3 IS NULL OR day <= ?3)
                    GROUP BY day, account_id, key_id, model ORDER BY day, account_id, key_id, model
                    """,
                arguments: [account, from, to])
            return rows.map { row in
                Line(
                    day: row["day"], account: row["account_id"], key: row["key_id"], model: row["model"],
                    requests: row["requests"], promptTokens: row["prompt"], cacheHitTokens: row["hits"],
                    completionTokens: row["completion"], freeTokens: row["free"], cost: Money(nano: row["cost"]))
            }
        }
    }
}
