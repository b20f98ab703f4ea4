import DeepSeekInference
import DeepSeekJSON
import DeepSeekServer
import Foundation
import GRDB
import Testing

/// The books: nothing lost, nothing twice.
@Suite struct LedgerTests {
    private static let price = Price(cacheHit: 10, cacheMiss: 100, output: 1_000)

    private static func opened(_ platform: TestPlatform) async throws -> (UsageLedger, Account) {
        let (account, key) = try platform.account("one", tokens: 0)
        try platform.accounts.credit(account, Money(nano: 1_000_000), isGift: false)
        try platform.accounts.setPrice(price, model: "tiny")
        let ledger = UsageLedger(platform.store, server: "first")
        let caller = Caller(accountID: account.id, keyID: String(key.dropFirst(3).prefix(12)), limits: KeyLimits())
        for id in ["a", "b", "c"] {
            try await ledger.open(id: id, caller: caller, model: "tiny", endpoint: "completions")
        }
        return (ledger, account)
    }

    @Test func aRowIsClosedOnce() async throws {
        let platform = try TestPlatform()
        let (ledger, account) = try await Self.opened(platform)
        let usage = TokenUsage(promptTokens: 10, completionTokens: 5, promptCacheHitTokens: 4)
        #expect(try await ledger.close(id: "a", usage, .done))
        #expect(try await ledger.close(id: "a", usage, .done) == false)
        #expect(try await ledger.close(id: "unknown", usage, .done) == false)
        let cost = 4 * 10 + 6 * 100 + 5 * 1_000
        #expect(try platform.accounts.balance(account).total.nano == 1_000_000 - cost)
        // Late notes change nothing.
        try await ledger.note(id: "a", promptTokens: 10, completionTokens: 50)
        #expect(try platform.usage(account).first?.completionTokens == 5)
    }

    @Test func whatACrashCutsIsClosedWithTheTokensSent() async throws {
        let platform = try TestPlatform()
        let (ledger, account) = try await Self.opened(platform)
        try await ledger.note(id: "a", promptTokens: 10, completionTokens: 3)
        try await ledger.note(id: "a", promptTokens: 10, completionTokens: 4)
        try await ledger.close(
            id: "b", TokenUsage(promptTokens: 1, completionTokens: 1, promptCacheHitTokens: 0), .done)
        let before = try platform.accounts.balance(account).total.nano
        // The next process, some days later or earlier.
        platform.moveClock(by: -1_000_000)
        let next = UsageLedger(try PlatformStore(path: platform.path), server: "second")
        #expect(try await next.closeCut { $0 != "first" } == 2)
        #expect(try await next.closeCut { _ in false } == 0)
        let line = try #require(try platform.usage(account).first)
        #expect(line.requests == 3)
        #expect(line.promptTokens == 11)
        #expect(line.completionTokens == 5)
        #expect(try platform.accounts.balance(account).total.nano == before - 10 * 10 - 4 * 1_000)
        #expect(
            try await ledger.close(
                id: "a", TokenUsage(promptTokens: 10, completionTokens: 9, promptCacheHitTokens: 0), .done) == false)
    }

    @Test func rowsOfTheAPIAreComplete() async throws {
        let platform = try TestPlatform()
        let (account, key) = try platform.account("one")
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            var wanted = (prompt: 0, completion: 0)
            for body: JSONValue in [
                ["model": "tiny", "prompt": "abc", "max_tokens": 5, "seed": 1],
                ["model": "tiny", "prompt": ["abc", "d"], "n": 2, "max_tokens": 5, "seed": 1],
                ["model": "tiny", "prompt": "abc", "max_tokens": 0, "echo": true, "logprobs": 1],
            ] {
                let answer = try await server.post("/v1/completions", body, key: key).json
                wanted.prompt += answer.at("usage.prompt_tokens")?.integer ?? 0
                wanted.completion += answer.at("usage.completion_tokens")?.integer ?? 0
            }
            let streamed = try await server.post(
                "/v1/chat/completions",
                [
                    "model": "tiny", "messages": [["role": "user", "content": "x"]], "max_tokens": 5, "stream": true,
                    "stream_options": ["include_usage": true],
                ], key: key)
            wanted.prompt += streamed.events.last?.at("usage.prompt_tokens")?.integer ?? 0
            wanted.completion += streamed.events.last?.at("usage.completion_tokens")?.integer ?? 0
            // The rows are there as soon as the answers are.
            let line = try #require(try platform.usage(account).first)
            #expect(line.requests == 4)
            #expect(line.promptTokens == wanted.prompt)
            #expect(line.completionTokens == wanted.completion)
            #expect(line.model == "tiny")
            let balance = try platform.accounts.balance(account)
            #expect(balance.freeTokens == 1_000_000 - wanted.prompt - wanted.completion)
            // A client that goes pays for what it got.
            let connection = try RawConnection(port: server.port)
            try await connection.post(
                "/v1/completions",
                #"{"model": "tiny", "prompt": "x", "max_tokens": 50000, "ignore_eos": true, "stream": true}"#,
                headers: "authorization: Bearer \(key)\r\n")
            _ = try await connection.read(until: "\"text\"")
            await connection.leave()
            try await eventually("the row is closed") {
                try platform.store.state(of: "cancelled") == 1
            }
            #expect(try platform.store.state(of: "open") == 0)
        }
    }

    @Test func aLockedDatabaseIsAnAnswer() async throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one")
        let body: JSONValue = ["model": "tiny", "prompt": "x", "max_tokens": 1]
        try await TestServer.run {
            $0.database = platform.path
            $0.databaseBusySeconds = 0.2
        } _: { server in
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: platform.path, configuration: configuration)
            try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN EXCLUSIVE") }
            let refused = try await server.post("/v1/completions", body, key: key)
            #expect(refused.status == 503)
            #expect(refused.code == "storage_unavailable")
            try await other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
            #expect(try await server.post("/v1/completions", body, key: key).status == 200)
        }
    }

    @Test func aFullDiskIsAnAnswer() async throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one")
        let body: JSONValue = ["model": "tiny", "prompt": "x", "max_tokens": 1]
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            let store = try #require(server.service.platform?.store)
            #expect(try await server.post("/v1/completions", body, key: key).status == 200)
            // No page more than there are: what SQLite says then is what it says when the disk is full.
            try await store.limitPages()
            let rows = try await store.fillUsage()
            #expect(rows > 0)
            for _ in 0..<3 {
                let refused = try await server.post("/v1/completions", body, key: key)
                #expect(refused.status == 503)
                #expect(refused.code == "storage_unavailable")
            }
            #expect(try await server.get("/health").status == 200)
            try await store.limitPages(to: 1_000_000)
            #expect(try await server.post("/v1/completions", body, key: key).status == 200)
        }
    }

    @Test func theRowsOfALivingServerAreItsOwn() async throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one", tokens: 1_000)
        let second = try Platform(platform.store, currency: "USD")
        do {
            let first = try Platform(platform.store, currency: "USD")
            let caller = try await first.caller(authorization: "Bearer \(key)")
            let entry = try await first.admit(
                caller, requestID: "a", model: "tiny", endpoint: "completions", promptTokens: 3)
            try await entry.note(completionTokens: 2)
            #expect(try await second.recover() == 0)
            try await entry.close(TokenUsage(promptTokens: 3, completionTokens: 2, promptCacheHitTokens: 0), .done)
        }
        let gone = UsageLedger(platform.store, server: "gone")
        let caller = try await second.caller(authorization: "Bearer \(key)")
        try await gone.open(id: "b", caller: caller, model: "tiny", endpoint: "completions")
        #expect(try await second.recover() == 1)
        #expect(try platform.usage().first?.requests == 2)
    }

    @Test func daysAreThoseOfUTC() {
        #expect(PlatformStore.day(0) == "1970-01-01")
        #expect(PlatformStore.day(1_795_651_199) == "2026-11-25")
        #expect(PlatformStore.day(1_795_651_200) == "2026-11-26")
    }
}

extension PlatformStore {
    fileprivate func state(of state: String) throws -> Int {
        try pool.read {
            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM usage WHERE state = ?", arguments: [state]) ?? 0
        }
    }

    /// Copies a row under other names until there is no room.
    ///
    /// - Returns: how many went in.
    fileprivate func fillUsage() async throws -> Int {
        var count = 0
        while count < 10_000 {
            do {
                try await pool.write { [count] db in
                    try db.execute(
                        sql: """
                            INSERT INTO usage (id, account_id, key_id, model, endpoint, day, opened_at, state, server)
                            SELECT ?, account_id, key_id, model, endpoint, day, opened_at, state, server
                            FROM usage LIMIT 1
                            """, arguments: ["filler \(count)"])
                }
                count += 1
            } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
                break
            }
        }
        return count
    }

    /// - Parameter count: nil for as many as there are.
    fileprivate func limitPages(to count: Int? = nil) async throws {
        try await pool.writeWithoutTransaction { db in
            let count = try count ?? Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)")
        }
    }
}
