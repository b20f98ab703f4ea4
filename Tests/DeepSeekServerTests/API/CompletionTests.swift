import DeepSeekInference
import DeepSeekJSON
import Testing

@Suite struct CompletionTests {
    private static let path = "/v1/completions"

    @Test func takesTextsAndTokens() async throws {
        try await TestServer.run { server in
            let text = try await server.post(
                Self.path, ["model": "tiny", "prompt": "ab", "max_tokens": 6, "temperature": 0])
            #expect(text.status == 200)
            #expect(text.json["object"] == "text_completion")
            #expect(text.json.at("usage.prompt_tokens") == 3, "the beginning of sequence is put before")
            let ids = try await server.post(
                Self.path, ["model": "tiny", "prompt": [256, 97, 98], "max_tokens": 6, "temperature": 0])
            #expect(ids.json.at("choices.0.text") == text.json.at("choices.0.text"))
            let several = try await server.post(
                Self.path, ["model": "tiny", "prompt": ["ab", "cd"], "n": 2, "max_tokens": 6, "seed": 3])
            #expect(several.json["choices"]?.array?.count == 4)
            #expect(several.json.at("usage.prompt_tokens") == 6)
            #expect(several.json["choices"]?.array?.map { $0["index"]?.integer } == [0, 1, 2, 3])
        }
    }

    @Test func streamsTheSame() async throws {
        try await TestServer.run { server in
            let request: JSONValue = [
                "model": "tiny", "prompt": "ab", "max_tokens": 20, "seed": 5, "echo": true, "logprobs": 2,
            ]
            let whole = try await server.post(Self.path, request).json
            let events = try await server.post(Self.path, request.with(["stream": true])).events
            #expect(
                events.compactMap { $0.at("choices.0.text")?.string }.joined() == whole.at("choices.0.text")?.string)
            for key in ["tokens", "token_logprobs", "text_offset", "top_logprobs"] {
                let pieces = events.flatMap { $0.at("choices.0.logprobs.\(key)")?.array ?? [] }
                #expect(pieces == whole.at("choices.0.logprobs.\(key)")?.array, "\(key)")
            }
        }
    }

    /// What evaluation harnesses ask: the log-probabilities of the prompt's own tokens.
    @Test func scoresThePrompt() async throws {
        let language = try TestModel.shared.get().language
        let ids: [Int32] = [256, 104, 101, 108, 108, 111]
        var expected: [Double] = []
        try language.logits(ids: ids) { row, logits in
            guard row + 1 < ids.count else { return }
            expected.append(Double(try TokenLogprobs(of: ids[row + 1], in: logits, top: 0).chosen))
        }
        try await TestServer.run { [expected] server in
            let prompt: JSONValue = .array(ids.map { .integer(Int($0)) })
            for tokens in [0, 1] {
                let answer = try await server.post(
                    Self.path,
                    [
                        "model": "tiny", "prompt": prompt, "echo": true, "logprobs": 1, "temperature": 0,
                        "max_tokens": .integer(tokens),
                    ])
                let logprobs = try #require(answer.json.at("choices.0.logprobs"))
                let values = try #require(logprobs["token_logprobs"]?.array)
                #expect(values.count == ids.count + tokens)
                #expect(values.first == .null)
                for (value, wanted) in zip(values.dropFirst(), expected) {
                    #expect(abs((value.number ?? 0) - wanted) < 1e-6)
                }
                #expect(answer.json.at("usage.completion_tokens")?.integer == tokens)
            }
            // A text is given back without the beginning of sequence, and its first token has a score after that.
            let text = try await server.post(
                Self.path, ["model": "tiny", "prompt": "hello", "echo": true, "logprobs": 0, "max_tokens": 0])
            #expect(text.json.at("choices.0.text") == "hello")
            #expect(text.json.at("choices.0.logprobs.tokens") == ["h", "e", "l", "l", "o"])
            #expect(text.json.at("choices.0.logprobs.text_offset") == [0, 1, 2, 3, 4])
            let first = text.json.at("choices.0.logprobs.token_logprobs.0")?.number ?? 0
            #expect(abs(first - expected[0]) < 1e-6)
        }
    }

    @Test func fillsGaps() async throws {
        let body: JSONValue = [
            "model": "tiny", "prompt": "def f(", "suffix": "return", "max_tokens": 4, "temperature": 0,
        ]
        try await TestServer.run { server in
            let answer = try await server.post("/beta/completions", body)
            #expect(answer.status == 200)
            var ids = [256, 258]
            ids += "def f(".utf8.map { Int($0) }
            ids.append(259)
            ids += "return".utf8.map { Int($0) }
            ids.append(260)
            let spelled = try await server.post(
                Self.path,
                [
                    "model": "tiny", "prompt": .array(ids.map { JSONValue.integer($0) }), "max_tokens": 4,
                    "temperature": 0,
                ])
            #expect(answer.json.at("choices.0.text") == spelled.json.at("choices.0.text"))
        }
        try await TestServer.run(model: TestModel.withoutGaps) { server in
            let answer = try await server.post("/beta/completions", body)
            #expect(answer.status == 422)
            #expect(answer.error["param"] == "suffix")
        }
    }

    @Test func refusesWhatDoesNotGoTogether() async throws {
        try await TestServer.run { server in
            for (members, field): (JSONObject, String) in [
                (["max_tokens": 0], "max_tokens"), (["best_of": 2], "best_of"),
                (["echo": true, "suffix": "x"], "suffix"), (["prompt": []], "prompt"),
                (["logprobs": 21], "logprobs"), (["max_tokens": 0, "echo": true, "stream": true], "max_tokens"),
            ] {
                let body: JSONValue = ["model": "tiny", "prompt": "x"]
                let answer = try await server.post(Self.path, body.with(members))
                #expect(answer.status == 422, "\(members)")
                #expect(answer.error["param"]?.string == field)
            }
            let mixed = try await server.post(Self.path, ["model": "tiny", "prompt": ["a", 1]])
            #expect(mixed.status == 400)
            #expect(mixed.error["param"] == "prompt[1]")
        }
    }
}
