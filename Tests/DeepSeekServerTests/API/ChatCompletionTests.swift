import DeepSeekInference
import DeepSeekJSON
import DeepSeekServer
import Testing

@Suite struct ChatCompletionTests {
    private static let base: JSONValue = [
        "model": "tiny", "messages": [["role": "user", "content": "Hi"]], "max_tokens": 12, "seed": 7,
    ]
    private static let path = "/v1/chat/completions"

    @Test func hasTheFormOfOpenAI() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(Self.path, Self.base)
            #expect(answer.status == 200)
            let json = answer.json
            #expect(json["object"] == "chat.completion")
            #expect(json["id"]?.string?.hasPrefix("chatcmpl-") == true)
            #expect(json["model"] == "tiny")
            #expect(json.at("choices.0.index") == 0)
            #expect(json.at("choices.0.message.role") == "assistant")
            #expect(json.at("choices.0.message.content")?.string != nil)
            #expect(json.at("choices.0.logprobs") == .null)
            #expect(["stop", "length"].contains(json.at("choices.0.finish_reason")?.string))
            let usage = try #require(json["usage"])
            let (prompt, completion) = (usage["prompt_tokens"]?.integer ?? 0, usage["completion_tokens"]?.integer ?? 0)
            // <bos>user: Hi\nassistant:␣, a byte each.
            #expect(prompt == 1 + 9 + 11)
            #expect((1...12).contains(completion))
            #expect(usage["total_tokens"] == .integer(prompt + completion))
            #expect(
                (usage["prompt_cache_hit_tokens"]?.integer ?? -1) + (usage["prompt_cache_miss_tokens"]?.integer ?? -1)
                    == prompt)
        }
    }

    @Test func allPathsAndNamesAnswer() async throws {
        try await TestServer.run { server in
            for path in ["/chat/completions", "/v1/chat/completions", "/beta/chat/completions"] {
                let answer = try await server.post(path, Self.base.with(["model": "deepseek-chat"]))
                #expect(answer.status == 200, "\(path)")
            }
        }
    }

    @Test func streamsTheSame() async throws {
        try await TestServer.run { server in
            let request = Self.base.with(["n": 2])
            let whole = try await server.post(Self.path, request).json
            let streamed = try await server.post(
                Self.path, request.with(["stream": true, "stream_options": ["include_usage": true]]))
            #expect(streamed.status == 200)
            #expect(streamed.headers[.contentType] == "text/event-stream; charset=utf-8")
            #expect(streamed.text.hasSuffix("data: [DONE]\n\n"))
            let events = streamed.events
            var contents = ["", ""]
            var reasons: [String?] = [nil, nil]
            for event in events.dropLast() {
                #expect(event["object"] == "chat.completion.chunk")
                #expect(event["usage"] == .null)
                let choice = try #require(event.at("choices.0"))
                let index = try #require(choice["index"]?.integer)
                contents[index] += choice.at("delta.content")?.string ?? ""
                if let reason = choice["finish_reason"]?.string { reasons[index] = reason }
            }
            #expect(events.first?.at("choices.0.delta.role") == "assistant")
            for index in 0..<2 {
                #expect(whole.at("choices.\(index).message.content") == .string(contents[index]))
                #expect(whole.at("choices.\(index).finish_reason")?.string == reasons[index])
            }
            #expect(contents[0] != contents[1], "choices differ")
            let last = try #require(events.last)
            #expect(last["choices"] == [])
            for key in ["prompt_tokens", "completion_tokens", "total_tokens"] {
                #expect(last["usage"]?[key] == whole["usage"]?[key])
            }
            let bare = try await server.post(Self.path, request.with(["stream": true]))
            #expect(bare.events.allSatisfy { $0["usage"] == nil })
        }
    }

    @Test func parametersReachTheModel() async throws {
        try await TestServer.run { server in
            func text(_ members: JSONObject) async throws -> String? {
                try await server.post(Self.path, Self.base.with(members)).json.at("choices.0.message.content")?.string
            }
            let plain = try await text([:])
            #expect(try await text([:]) == plain, "the same seed")
            #expect(try await text(["seed": 8]) != plain)
            let greedy = try await text(["temperature": 0])
            #expect(try await text(["temperature": 0, "seed": 8]) == greedy)
            #expect(try await text(["top_k": 1]) == greedy)
            #expect(try await text(["logit_bias": ["97": 100]]) == String(repeating: "a", count: 12))
            #expect(try await text(["logit_bias": ["97": 100], "stop": "aaa"]) == "")
            #expect(
                try await text(["logit_bias": ["97": 100], "max_tokens": nil, "max_completion_tokens": 3]) == "aaa")
            #expect(
                try await text(["logit_bias": ["97": 100, "98": 99], "presence_penalty": 2])
                    != String(repeating: "a", count: 12))
        }
    }

    @Test func reportsLogProbabilities() async throws {
        try await TestServer.run { server in
            let request = Self.base.with(["logprobs": true, "top_logprobs": 3, "temperature": 0])
            let whole = try await server.post(Self.path, request).json
            let entries = try #require(whole.at("choices.0.logprobs.content")?.array)
            #expect(entries.count == whole.at("usage.completion_tokens")?.integer)
            for entry in entries {
                let tops = try #require(entry["top_logprobs"]?.array)
                #expect(tops.count == 3)
                #expect(entry["logprob"]?.number == tops[0]["logprob"]?.number, "greedy takes the likeliest")
                #expect(entry["bytes"]?.array?.count == 1 || entry["bytes"]?.array?.isEmpty == false)
            }
            let events = try await server.post(Self.path, request.with(["stream": true])).events
            let streamed = events.flatMap { $0.at("choices.0.logprobs.content")?.array ?? [] }
            #expect(streamed == entries)
        }
    }

    @Test func goesOnWithTheLastMessage() async throws {
        try await TestServer.run { server in
            let messages: JSONValue = [
                ["role": "user", "content": "Hi"], ["role": "assistant", "content": "Well, ", "prefix": true],
            ]
            let prompt = try TestModel.shared.get().served.language.tokenizer?.encode("user: Hi\nassistant: Well, ")
            let tokens = try await server.post("/tokenize", ["messages": messages])
            #expect(tokens.json["tokens"]?.array?.dropFirst().map { $0.integer } == prompt?.map { Int($0) })
            let answer = try await server.post("/beta/chat/completions", Self.base.with(["messages": messages]))
            #expect(answer.status == 200)
            let early = try await server.post(
                Self.path,
                Self.base.with([
                    "messages": [
                        ["role": "assistant", "content": "x", "prefix": true], ["role": "user", "content": "y"],
                    ]
                ]))
            #expect(early.status == 422)
            #expect(early.error["param"] == "messages[0].prefix")
        }
    }

    @Test func specialStringsStayText() async throws {
        try await TestServer.run { server in
            let content = "<｜end▁of▁sentence｜><｜fim▁hole｜>"
            let tokens = try await server.post(
                "/tokenize", ["messages": [["role": "user", "content": .string(content)]]])
            let ids = tokens.json["tokens"]?.array?.compactMap(\.integer) ?? []
            #expect(ids.filter { $0 >= 256 } == [TestModel.beginning])
            let plain = try await server.post("/tokenize", ["prompt": .string(content)])
            #expect(plain.json["tokens"]?.array?.compactMap(\.integer).filter { $0 >= 256 } == [TestModel.beginning])
        }
    }

    @Test func theModelIsListed() async throws {
        try await TestServer.run { server in
            let list = try await server.get("/v1/models").json
            #expect(list.at("data.0.id") == "tiny")
            #expect(try await server.get("/v1/models/tiny").json["id"] == "tiny")
            #expect(try await server.get("/v1/models/other").status == 404)
        }
    }

    @Test func waitsForTheModel() async throws {
        let server = try InferenceServer(ServerConfiguration(), logger: .init(label: "test"))
        #expect(throws: APIError.self) { try server.service.host.require() }
    }
}
