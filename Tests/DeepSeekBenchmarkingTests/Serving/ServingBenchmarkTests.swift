import DeepSeekBenchmarking
import DeepSeekJSON
import Testing

/// The load generator against a server whose every answer is known.
@Suite struct ServingBenchmarkTests {
    private static func benchmark(_ server: ScriptedServer, _ load: ServingLoad, requests: Int) -> ServingBenchmark {
        var benchmark = ServingBenchmark(address: server.address)
        benchmark.load = load
        benchmark.requests = requests
        benchmark.workload.prompt = .fixed(5)
        benchmark.workload.answer = .fixed(4)
        benchmark.workload.shared = 3
        return benchmark
    }

    @Test func whatCameIsCounted() async throws {
        try await ScriptedServer.run { _, _, _ in
            .answer(4, pause: .milliseconds(2))
        } _: { server in
            let result = try await Self.benchmark(server, .concurrency(3), requests: 10).run()
            #expect(result.model == "scripted" && result.form == .ids && result.refusals.isEmpty)
            #expect(result.requests == 10 && result.completed == 10 && result.failures.isEmpty)
            #expect(result.answerTokens == 40 && result.promptTokens == 70 && result.cachedTokens == 30)
            #expect(result.areTokensCounted && result.keepAlives == 10 && result.changedAnswers == 0)
            #expect(abs(result.answerTokensPerSecond * result.seconds - 40) < 1e-6)
            let (first, last) = (try #require(result.timeToFirstToken(50)), try #require(result.latency(50)))
            #expect(first > 0 && last > first)
            #expect((result.timePerToken(50) ?? 0) > 0 && (result.gaps(100) ?? 0) >= (result.gaps(0) ?? .infinity))

            let bodies = try server.received.bodies.map { try JSONValue(parsing: $0) }
            #expect(bodies.count == 11, "one to warm up")
            let prompts = bodies.map { $0["prompt"]?.array ?? [] }
            #expect(prompts.map(\.count) == [5] + Array(repeating: 8, count: 10), "what warms up shares nothing")
            #expect(Set(prompts).count == 11, "all differ")
            #expect(Set(prompts.dropFirst().map { Array($0.prefix(3)) }).count == 1, "and begin alike")
            #expect(bodies.allSatisfy { $0["max_tokens"] == 4 && $0["ignore_eos"] == true && $0["stream"] == true })
            #expect(result.json["first_token_p50_seconds"]?.number == first)
            #expect(ServingResult.chart([result], title: "x").svg.contains("3 at once: first token"))
        }
    }

    @Test func arrivalsDoNotWaitForAnswers() async throws {
        try await ScriptedServer.run { _, _, number in
            .answer(1, pause: number == 0 ? .zero : .milliseconds(100))
        } _: { server in
            let result = try await Self.benchmark(server, .rate(500), requests: 20).run()
            #expect(result.completed == 20 && result.json["rate"]?.number == 500)
            // One after the other they would take 20 × 0.4 s.
            #expect(result.latency(0) ?? 0 > 0.3)
            #expect(result.seconds < 20 * (result.latency(0) ?? 0))
        }
    }

    @Test func timeEndsALoad() async throws {
        try await ScriptedServer.run { _, _, _ in
            .answer(1)
        } _: { server in
            for load in [ServingLoad.concurrency(2), .rate(50)] {
                var benchmark = Self.benchmark(server, load, requests: .max)
                benchmark.seconds = 0.3
                let result = try await benchmark.run()
                #expect(result.requests > 0 && result.completed == result.requests)
            }
        }
    }

    @Test func whatTakesTooLongIsLeft() async throws {
        try await ScriptedServer.run { _, _, number in
            .answer(number == 0 ? 1 : 1_000, pause: .milliseconds(number == 0 ? 0 : 20))
        } _: { server in
            var benchmark = Self.benchmark(server, .concurrency(2), requests: 2)
            benchmark.timeout = .milliseconds(300)
            let result = try await benchmark.run()
            #expect(result.completed == 0 && result.failures.map(\.name) == ["no end within 0.3 seconds"])
            // Long before the twenty seconds of the answer.
            #expect(result.seconds < 10)
        }
    }

    @Test func failuresAreNamed() async throws {
        let cut = #"data: {"choices": [{"index": 0, "text": "a"}]}"# + "\n\n"
        let broken = #"data: {"error": {"message": "the model fell", "code": "server_error"}}"# + "\n\n"
        try await ScriptedServer.run { _, _, number in
            switch number {
            case 0, 1: .answer(2)
            case 2: .error(.serviceUnavailable, "overloaded")
            case 3: .error(.tooManyRequests, "rate_limit_exceeded")
            case 4: ScriptedServer.Reply(pieces: [cut])
            case 5: ScriptedServer.Reply(pieces: [broken])
            default: ScriptedServer.Reply(pieces: ["data: {\n\n"])
            }
        } _: { server in
            let result = try await Self.benchmark(server, .concurrency(1), requests: 6).run()
            #expect(result.completed == 1 && result.answerTokens == 2)
            #expect(
                result.failures.map(\.name) == [
                    "429 rate_limit_exceeded", "503 overloaded", "cut off", "error in the stream: server_error",
                    "no JSON in the stream",
                ])
            #expect(result.failures[1].example == "because" && result.failures[3].example == "the model fell")
            #expect(result.json["failures"]?["503 overloaded"] == 1)
        }
    }

    @Test func changedAnswersAreFound() async throws {
        try await ScriptedServer.run { _, _, number in
            .answer(2, text: number == 4 ? "b " : "a ")
        } _: { server in
            var benchmark = Self.benchmark(server, .concurrency(1), requests: 9)
            benchmark.workload.distinct = 3
            let result = try await benchmark.run()
            #expect(result.changedAnswers == 1, "the second of three to the first prompt")
            #expect(Set(server.received.bodies.dropFirst()).count == 3)
            #expect(result.answers.count == 3 && result.json["answers"]?["1"]?.string == result.answers[1])
        }
    }

    @Test func otherFormsAreTried() async throws {
        try await ScriptedServer.run { path, body, _ in
            if path == "/v1/chat/completions" { return .answer(1) }
            return .error(body.contains("\"prompt\":[") ? .badRequest : .notFound, "unknown")
        } _: { server in
            let result = try await Self.benchmark(server, .concurrency(1), requests: 2).run()
            #expect(result.form == .chat && result.completed == 2)
            #expect(result.refusals.count == 2 && result.refusals[0].contains("400 unknown (because)"))
            let chat = try JSONValue(parsing: try #require(server.received.bodies.last))
            #expect(chat["messages"]?[0]?["content"]?.string?.split(separator: " ").count == 3)
            #expect(chat["messages"]?[1]?["content"]?.string?.split(separator: " ").count == 5)
        }
    }

    @Test func whatCannotBeMeasuredIsAnError() async throws {
        try await ScriptedServer.run { _, _, _ in
            .error(.unauthorized, "invalid_api_key")
        } _: { server in
            let refused = await #expect(throws: ServingError.self) {
                try await Self.benchmark(server, .concurrency(1), requests: 1).run()
            }
            #expect(refused?.code == .refused && refused?.message.contains("invalid_api_key") == true)
        }
        let nowhere = await #expect(throws: ServingError.self) {
            try await ServingBenchmark(address: "http://127.0.0.1:1/v1").run()
        }
        #expect(nowhere?.code == .unreachable)
        let nonsense = await #expect(throws: ServingError.self) { try await ServingBenchmark(address: "sea").run() }
        #expect(nonsense?.code == .badAddress)
    }
}
