import DeepSeekJSON
import Testing

@Suite struct ResponsesTests {
    private static let base: JSONValue = ["model": "tiny", "input": "Hi", "max_output_tokens": 8, "seed": 2]

    @Test func streamsTheSame() async throws {
        try await TestServer.run { server in
            let whole = try await server.post("/v1/responses", Self.base).json
            #expect(whole["object"] == "response")
            let text = try #require(whole.at("output.0.content.0.text")?.string)
            #expect(["completed", "incomplete"].contains(whole["status"]?.string))
            #expect(whole.at("usage.output_tokens")?.integer ?? 0 > 0)
            let events = try await server.post("/v1/responses", Self.base.with(["stream": true])).events
            #expect(events.map { $0["sequence_number"]?.integer } == Array(0..<events.count))
            #expect(events.first?["type"] == "response.created")
            let deltas = events.filter { $0["type"] == "response.output_text.delta" }
            #expect(deltas.compactMap { $0["delta"]?.string }.joined() == text)
            let last = try #require(events.last)
            #expect(last["type"]?.string == "response.\(whole["status"]?.string ?? "")")
            #expect(last.at("response.output.0.content.0.text")?.string == text)
            #expect(last.at("response.usage.total_tokens") == whole.at("usage.total_tokens"))
        }
    }

    @Test func instructionsAreASystemMessage() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(
                "/v1/responses",
                Self.base.with([
                    "instructions": "Be brief.", "temperature": 0,
                    "input": [["role": "user", "content": [["type": "input_text", "text": "Hi"]]]],
                ]))
            let chat = try await server.post(
                "/v1/chat/completions",
                [
                    "model": "tiny", "max_tokens": 8, "temperature": 0,
                    "messages": [["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi"]],
                ])
            #expect(answer.status == 200)
            #expect(answer.json.at("output.0.content.0.text") == chat.json.at("choices.0.message.content"))
        }
    }

    @Test func whatIsNotDoneIsRefused() async throws {
        try await TestServer.run { server in
            for (members, field): (JSONObject, String) in [
                (["previous_response_id": "resp_1"], "previous_response_id"), (["background": true], "background"),
                (["tools": [["type": "web_search"]]], "tools"), (["truncation": "auto"], "truncation"),
                (["input": [["type": "reasoning"]]], "input[0].type"),
            ] {
                let answer = try await server.post("/v1/responses", Self.base.with(members))
                #expect(answer.status == 422, "\(members)")
                #expect(answer.error["param"]?.string == field)
            }
        }
    }
}
