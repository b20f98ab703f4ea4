import DeepSeekJSON
import DeepSeekServer
import Testing

@Suite struct LimitTests {
    private static let body: JSONValue = ["model": "tiny", "prompt": "x", "max_tokens": 2, "ignore_eos": true]

    @Test func requestsPerMinute() async throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one", limits: KeyLimits(requestsPerMinute: 2))
        let (_, other) = try platform.account("two")
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            for _ in 0..<2 { #expect(try await server.post("/v1/completions", Self.body, key: key).status == 200) }
            let refused = try await server.post("/v1/completions", Self.body, key: key)
            #expect(refused.status == 429)
            #expect(refused.code == "rate_limit_exceeded")
            #expect((1...60).contains(refused.headers[.retryAfter].flatMap { Int($0) } ?? 0))
            #expect(try await server.post("/v1/completions", Self.body, key: other).status == 200)
            // Limits are read anew for each request.
            let id = String(key.dropFirst(3).prefix(12))
            try platform.keys.setLimits(KeyLimits(), of: platform.keys.find(id))
            #expect(try await server.post("/v1/completions", Self.body, key: key).status == 200)
        }
    }

    @Test func tokensPerMinuteAndDay() async throws {
        let platform = try TestPlatform()
        let (_, minute) = try platform.account("minute", limits: KeyLimits(tokensPerMinute: 3))
        let (_, day) = try platform.account("day", limits: KeyLimits(tokensPerDay: 3))
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            for (key, code) in [(minute, "rate_limit_exceeded"), (day, "quota_exceeded")] {
                #expect(try await server.post("/v1/completions", Self.body, key: key).status == 200)
                let refused = try await server.post("/v1/completions", Self.body, key: key)
                #expect(refused.status == 429)
                #expect(refused.code == code)
            }
        }
    }

    @Test func requestsAtOnce() async throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one", limits: KeyLimits(concurrentRequests: 1))
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            let connection = try RawConnection(port: server.port)
            try await connection.post(
                "/v1/completions",
                #"{"model": "tiny", "prompt": "x", "max_tokens": 50000, "ignore_eos": true, "stream": true}"#,
                headers: "authorization: Bearer \(key)\r\n")
            _ = try await connection.read(until: "\"text\"")
            #expect(try await server.post("/v1/completions", Self.body, key: key).code == "rate_limit_exceeded")
            await connection.leave()
            try await eventually("the place is free") {
                try await server.post("/v1/completions", Self.body, key: key).status == 200
            }
        }
    }

    @Test func balances() async throws {
        let platform = try TestPlatform()
        let (account, key) = try platform.account("one", tokens: 0)
        let (_, other) = try platform.account("two", tokens: 0)
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            #expect(
                try await server.post("/v1/completions", Self.body, key: key).status == 200,
                "without a price it is free")
            try platform.accounts.setPrice(Price(cacheHit: 1, cacheMiss: 1_000_000, output: 2_000_000), model: "tiny")
            let refused = try await server.post("/v1/completions", Self.body, key: key)
            #expect(refused.status == 402)
            #expect(refused.code == "insufficient_balance")
            try platform.accounts.credit(account, Money(nano: 5_000_000), isGift: true)
            try platform.accounts.credit(account, Money(nano: 10_000_000), isGift: false)
            let answer = try await server.post("/v1/completions", Self.body, key: key).json
            let hits = try #require(answer.at("usage.prompt_cache_hit_tokens")?.integer)
            let misses = try #require(answer.at("usage.prompt_cache_miss_tokens")?.integer)
            let tokens = try #require(answer.at("usage.completion_tokens")?.integer)
            let cost = hits + misses * 1_000_000 + tokens * 2_000_000
            #expect(try platform.usage(account).last?.cost.nano == cost)
            let balance = try platform.accounts.balance(account)
            #expect(balance.total.nano == 15_000_000 - cost)
            #expect(balance.granted.nano == max(0, 5_000_000 - cost), "gifts go first")
            let shown = try await server.get("/user/balance", key: key).json
            #expect(shown["is_available"] == true)
            #expect(shown.at("balance_infos.0.currency") == "USD")
            #expect(shown.at("balance_infos.0.total_balance")?.string == balance.total.description)
            #expect(shown.at("balance_infos.0.granted_balance")?.string == balance.granted.description)
            #expect(shown.at("balance_infos.0.topped_up_balance")?.string == balance.toppedUp.description)
            #expect(try await server.get("/user/balance", key: other).json["is_available"] == false)
            // One account does not see another's usage.
            #expect(try await server.get("/user/usage", key: key).json["data"]?.array?.count == 1)
            #expect(try await server.get("/user/usage", key: other).json["data"] == [])
            #expect(try await server.get("/user/usage?from=yesterday", key: other).status == 422)
        }
    }

    @Test func bucketsFillOnAClockThatNobodySets() throws {
        let limits = KeyLimits(requestsPerMinute: 60)
        let caller = Caller(accountID: "a", keyID: "k", limits: limits)
        let limiter = RateLimiter()
        let start = ContinuousClock.now
        for _ in 0..<60 { _ = try limiter.enter(caller, now: start) }
        #expect(throws: APIError.self) { _ = try limiter.enter(caller, now: start) }
        #expect(throws: APIError.self) { _ = try limiter.enter(caller, now: start - .seconds(3_600)) }
        _ = try limiter.enter(caller, now: start + .milliseconds(1_100))
        #expect(throws: APIError.self) { _ = try limiter.enter(caller, now: start + .milliseconds(1_100)) }
        for _ in 0..<60 { _ = try limiter.enter(caller, now: start + .seconds(3_600)) }
        #expect(throws: APIError.self) { _ = try limiter.enter(caller, now: start + .seconds(3_600)) }
    }
}
