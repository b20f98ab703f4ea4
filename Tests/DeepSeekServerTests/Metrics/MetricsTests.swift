import DeepSeekServer
import Testing

@Suite struct MetricsTests {
    /// The samples of a text in Prometheus' format; what has not that form is an issue.
    private static func samples(_ text: String) -> [String: Double] {
        var samples: [String: Double] = [:]
        var families: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# TYPE ") {
                #expect(families.insert(String(line.split(separator: " ")[2])).inserted, "a family twice: \(line)")
                continue
            }
            if line.hasPrefix("#") { continue }
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                Issue.record("no sample: \(line)")
                continue
            }
            let name = String(line[..<space])
            #expect(samples[name] == nil, "a sample twice: \(name)")
            samples[name] = value
        }
        return samples
    }

    @Test func countsRequestsAndTokens() async throws {
        // One of its own, since the engine's figures are those of all that use a model.
        try await TestServer.run(model: Result { try TestModel() }) { server in
            let answer = try await server.post(
                "/v1/completions", ["model": "tiny", "prompt": "ab", "max_tokens": 4, "ignore_eos": true])
            #expect(answer.status == 200)
            _ = try await server.get("/v1/nothing/../x")
            _ = try await server.post("/v1/completions", ["model": "tiny"])
            let text = try await server.get("/metrics")
            #expect(text.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let samples = Self.samples(text.text)
            #expect(samples["deepseek_ready"] == 1)
            #expect(samples[#"deepseek_http_requests_total{path="/v1/completions",status="200"}"#] == 1)
            #expect(samples[#"deepseek_http_requests_total{path="/v1/completions",status="400"}"#] == 1)
            #expect(samples[#"deepseek_http_requests_total{path="NotFound",status="404"}"#] == 1, "not the path itself")
            #expect(samples["deepseek_http_requests_active"] == 1, "the one that asks")
            #expect(samples["deepseek_prompt_tokens_total"] == 3)
            #expect(samples["deepseek_completion_tokens_total"] == 4)
            #expect(samples[#"deepseek_answers_total{state="done"}"#] == 1)
            #expect(samples["deepseek_time_to_first_token_seconds_count"] == 1)
            #expect(samples["deepseek_time_per_token_seconds_count"] == 1)
            #expect(samples[#"deepseek_time_to_first_token_seconds_bucket{le="+Inf"}"#] == 1)
            #expect(samples["deepseek_engine_queue_length"] == 0)
            #expect(samples["deepseek_engine_cache_pages"] != nil)
        }
    }

    @Test func aKeyProtectsThem() async throws {
        try await TestServer.run {
            $0.api.metricsKey = "secret"
        } _: { server in
            let refused = try await server.get("/metrics")
            #expect(refused.status == 401)
            #expect(try await server.get("/metrics", key: "secre").status == 401)
            #expect(try await server.get("/metrics", key: "secret").status == 200)
        }
    }
}
