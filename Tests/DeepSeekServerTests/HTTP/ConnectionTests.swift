import Testing

/// Clients that go, that read slowly, and servers that end.
@Suite struct ConnectionTests {
    /// Takes far longer than any test waits.
    private static let endless = """
        {"model": "tiny", "prompt": "x", "max_tokens": 50000, "ignore_eos": true, "stream": true, "seed": 1}
        """

    @Test(arguments: [true, false]) func aClientThatGoesEndsItsAnswer(streamed: Bool) async throws {
        // Of its own, so that the engine is idle when the answer has ended.
        try await TestServer.run(model: Result { try TestModel() }) { server in
            let connection = try RawConnection(port: server.port)
            let body = streamed ? Self.endless : Self.endless.replacing("\"stream\": true", with: "\"stream\": false")
            try await connection.post("/v1/completions", body)
            if streamed { _ = try await connection.read(until: "\"text\"") }
            try await eventually("the answer is being computed") { server.service.answers.count == 1 }
            await connection.leave()
            try await eventually("the answer has ended") { server.service.answers.count == 0 }
            try await eventually("the engine is idle") { server.service.figures.running == 0 }
            #expect(server.service.figures.generatedTokens < 50_000)
            #expect(server.service.figures.pagesUsed == 0)
        }
    }

    @Test func aSlowReaderIsLeft() async throws {
        try await TestServer.run {
            $0.api.keepAlive = .milliseconds(50)
            $0.api.limits.writeTime = .milliseconds(300)
        } _: { server in
            let connection = try RawConnection(port: server.port, receiveBuffer: 4_096)
            try await connection.post("/v1/completions", Self.endless)
            try await eventually("the answer is being computed") { server.service.answers.count == 1 }
            try await eventually("the reader is given up", within: 60) { server.service.answers.count == 0 }
            withExtendedLifetime(connection) {}
        }
    }

    @Test func streamsThatWaitShowLife() async throws {
        try await TestServer.run {
            $0.api.keepAlive = .milliseconds(20)
        } _: { server in
            // The model is busy with a long prompt, and nothing of its answer is there yet.
            let connection = try RawConnection(port: server.port)
            let prompt = String(repeating: "x", count: 30_000)
            try await connection.post(
                "/v1/completions",
                "{\"model\": \"tiny\", \"prompt\": \"\(prompt)\", \"max_tokens\": 1, \"stream\": true}")
            let answer = try await connection.read(until: "[DONE]")
            #expect(answer.contains(": keep-alive\r\n") || answer.contains(": keep-alive\n\n"))
            #expect(answer.contains("text/event-stream"))
        }
    }

    @Test func aServerThatEndsHandsBack() async throws {
        try await TestServer.run { server in
            let connection = try RawConnection(port: server.port)
            try await connection.post("/v1/completions", Self.endless)
            _ = try await connection.read(until: "\"text\"")
            let whole = try RawConnection(port: server.port)
            try await whole.post(
                "/v1/completions", Self.endless.replacing("\"stream\": true", with: "\"stream\": false"))
            try await eventually("both are computed") { server.service.answers.count == 2 }
            server.service.answers.drain()
            #expect(try await server.get("/ready").status == 503)
            #expect(try await server.get("/health").status == 200)
            server.service.answers.stop()
            let rest = try await connection.read(until: "shutting_down")
            #expect(!rest.contains("[DONE]"))
            #expect(try await whole.read(until: "shutting_down").hasPrefix("HTTP/1.1 503 "))
            let refused = try await server.post("/v1/completions", ["model": "tiny", "prompt": "x", "max_tokens": 1])
            #expect(refused.status == 503)
        }
    }

    @Test func aFullQueueIsAnAnswer() async throws {
        try await TestServer.run(model: Result { try TestModel(sequences: 1, queue: 0) }) { server in
            let connection = try RawConnection(port: server.port)
            try await connection.post("/v1/completions", Self.endless)
            _ = try await connection.read(until: "\"text\"")
            for streamed in [true, false] {
                let refused = try await server.post(
                    "/v1/completions", ["model": "tiny", "prompt": "x", "max_tokens": 1, "stream": .bool(streamed)])
                #expect(refused.status == 503)
                #expect(refused.code == "overloaded")
                #expect(refused.headers[.retryAfter] != nil)
            }
            await connection.leave()
            try await eventually("there is room") {
                try await server.post("/v1/completions", ["model": "tiny", "prompt": "x", "max_tokens": 1]).status
                    == 200
            }
        }
    }

    @Test func anAnswerEndsInTime() async throws {
        try await TestServer.run {
            $0.api.requestTime = .milliseconds(300)
        } _: { server in
            let answer = try await server.post(
                "/v1/completions", ["model": "tiny", "prompt": "x", "max_tokens": 50_000, "ignore_eos": true])
            #expect(answer.status == 200)
            #expect(answer.json.at("choices.0.finish_reason") == "insufficient_system_resource")
        }
    }

    @Test func severalRequestsOnOneConnection() async throws {
        try await TestServer.run { server in
            let connection = try RawConnection(port: server.port)
            for _ in 0..<3 {
                try await connection.post(
                    "/v1/completions", "{\"model\": \"tiny\", \"prompt\": \"x\", \"max_tokens\": 2}")
                let answer = try await connection.read(until: "\"usage\"")
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
            }
        }
    }
}
