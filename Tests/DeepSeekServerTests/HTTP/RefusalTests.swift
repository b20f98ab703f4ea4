import DeepSeekJSON
import HTTPTypes
import Testing

/// What is not a request, and what is one that cannot be answered.
@Suite struct RefusalTests {
    private static let chat: JSONValue = ["model": "tiny", "messages": [["role": "user", "content": "Hi"]]]

    @Test func bodiesThatAreNoJSONObjects() async throws {
        try await TestServer.run { server in
            for body in [
                "", "{", "[]", "\"text\"", "{\"model\": \"tiny\",}", "{\"a\": 1, \"a\": 2}", "nonsense",
                String(repeating: "[", count: 100_000), "{\"a\":" + String(repeating: "[", count: 300),
                "{\"model\": 1e999}",
            ] {
                let answer = try await server.send(.post, "/v1/chat/completions", Array(body.utf8))
                #expect(answer.status == 400, "\(body.prefix(40))")
                #expect(answer.error["type"] == "invalid_request_error")
                #expect(answer.error["message"]?.string?.isEmpty == false)
                #expect(answer.headers[.contentType] == "application/json")
            }
            // Not UTF-8: in a value, in a key, and half a surrogate pair.
            for body in [
                Array("{\"model\": \"".utf8) + [0xFF] + Array("\"}".utf8),
                Array("{\"".utf8) + [0xC3, 0x28] + Array("\": 1}".utf8), Array("{\"model\": \"\\ud800\"}".utf8),
            ] {
                let answer = try await server.send(.post, "/v1/chat/completions", body)
                #expect(answer.status == 400)
                #expect(answer.code == "invalid_json")
            }
        }
    }

    @Test func fieldsAreNamed() async throws {
        let cases: [(JSONObject, Int, String, String)] = [
            (["temperature": "hot"], 400, "temperature", "invalid_type"),
            (["temperature": 2.5], 422, "temperature", "invalid_value"),
            (["top_p": 0], 422, "top_p", "invalid_value"),
            (["max_tokens": 0], 422, "max_tokens", "invalid_value"),
            (["max_tokens": 1.5], 400, "max_tokens", "invalid_type"),
            (["presence_penalty": -3], 422, "presence_penalty", "invalid_value"),
            (["n": 100], 422, "n", "invalid_value"),
            (["stop": ["a", 1]], 400, "stop", "invalid_type"),
            (["stop": .array(Array(repeating: "x", count: 17))], 422, "stop", "invalid_value"),
            (["stop": ""], 422, "stop", "invalid_value"),
            (["logit_bias": ["x": 1]], 422, "logit_bias", "invalid_value"),
            (["logit_bias": ["5": 101]], 422, "logit_bias.5", "invalid_value"),
            (["top_logprobs": 2], 422, "top_logprobs", "invalid_value"),
            (["logprobs": true, "top_logprobs": 21], 422, "top_logprobs", "invalid_value"),
            (["stream_options": ["include_usage": true]], 422, "stream_options", "invalid_value"),
            (["temprature": 1], 400, "temprature", "unknown_parameter"),
            (["messages": nil], 400, "messages", "missing_required_parameter"),
            (["messages": []], 422, "messages", "invalid_value"),
            (["messages": ["Hi"]], 400, "messages[0]", "invalid_type"),
            (["messages": [["content": "Hi"]]], 400, "messages[0].role", "missing_required_parameter"),
            (["messages": [["role": "queen", "content": "Hi"]]], 422, "messages[0].role", "invalid_value"),
            (["messages": [["role": "user", "content": 5]]], 400, "messages[0].content", "invalid_type"),
            (["messages": [["role": "user"]]], 400, "messages[0].content", "missing_required_parameter"),
            (
                ["messages": [["role": "user", "content": [["type": "image_url", "image_url": [:]]]]]], 422,
                "messages[0].content[0].type", "invalid_value"
            ),
            (
                ["messages": [["role": "tool", "content": "x"]]], 400, "messages[0].tool_call_id",
                "missing_required_parameter"
            ),
            (["response_format": ["type": "xml"]], 422, "response_format.type", "invalid_value"),
            (["tool_choice": "required"], 422, "tool_choice", "invalid_value"),
            (
                ["tools": [["type": "function", "function": ["name": "a b"]]]], 422, "tools[0].function.name",
                "invalid_value"
            ),
            (["model": "gpt-4"], 404, "model", "model_not_found"),
        ]
        try await TestServer.run { server in
            for (members, status, field, code) in cases {
                let answer = try await server.post("/v1/chat/completions", Self.chat.with(members))
                #expect(answer.status == status, "\(members)")
                #expect(answer.error["param"]?.string == field, "\(members)")
                #expect(answer.code == code, "\(members)")
                #expect(answer.error["message"]?.string?.contains(field.split(separator: ".").last ?? "") == true)
            }
        }
    }

    @Test func tokensOutsideTheVocabularyAndPromptsThatAreTooLong() async throws {
        try await TestServer.run { server in
            let bias = try await server.post("/v1/chat/completions", Self.chat.with(["logit_bias": ["264": 1]]))
            #expect(bias.status == 422)
            let ids = try await server.post("/v1/completions", ["model": "tiny", "prompt": [1, 2, 999]])
            #expect(ids.status == 422)
            let long: JSONValue = .string(String(repeating: "x", count: 70_000))
            let answer = try await server.post("/v1/completions", ["model": "tiny", "prompt": long])
            #expect(answer.status == 400)
            #expect(answer.code == "context_length_exceeded")
        }
    }

    @Test func pathsAndMethods() async throws {
        try await TestServer.run { server in
            let missing = try await server.get("/v1/nothing")
            #expect(missing.status == 404)
            #expect(missing.code == "not_found")
            let method = try await server.get("/v1/chat/completions")
            #expect(method.status == 405)
            #expect(method.code == "method_not_allowed")
            #expect(method.headers[.allow] == "POST")
            #expect(try await server.send(.delete, "/v1/models").status == 405)
            #expect(try await server.send(.head, "/health").status == 200)
            #expect(
                try await server.post("/v1/embeddings", ["model": "tiny", "input": "x"]).code == "unsupported_by_model")
            for path in ["/../../etc/passwd", "/v1/..%2f..%2fetc/passwd", "//etc/passwd", "/%00", "/v1/models/%ff"] {
                #expect(try await server.get(path).status == 404, "\(path)")
            }
        }
    }

    @Test func bodiesOfOtherKinds() async throws {
        try await TestServer.run { server in
            let body = Array(Self.chat.serialized().utf8)
            let form = try await server.send(
                .post, "/v1/chat/completions", body, headers: [.contentType: "application/x-www-form-urlencoded"])
            #expect(form.status == 415)
            let packed = try await server.send(.post, "/v1/chat/completions", body, headers: [.contentEncoding: "gzip"])
            #expect(packed.status == 415)
            let charset = try await server.send(
                .post, "/v1/chat/completions", Array(Self.chat.with(["max_tokens": 1]).serialized().utf8),
                headers: [.contentType: "Application/JSON; charset=utf-8"])
            #expect(charset.status == 200)
        }
    }

    @Test func largeBodies() async throws {
        try await TestServer.run {
            $0.api.limits.bodyBytes = 10_000
        } _: { server in
            let text: JSONValue = .string(String(repeating: "x", count: 20_000))
            let answer = try await server.post("/v1/completions", ["model": "tiny", "prompt": text])
            #expect(answer.status == 413)
            #expect(answer.code == "body_too_large")
            // One that does not say how long it is.
            let connection = try RawConnection(port: server.port)
            try await connection.send(
                "POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 4_096) + "\r\n"
            for _ in 0..<4 { try await connection.send(chunk) }
            let refusal = try await connection.read(until: nil)
            #expect(refusal.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test func bodiesThatDoNotArrive() async throws {
        try await TestServer.run {
            $0.api.limits.bodyTime = .milliseconds(200)
        } _: { server in
            let connection = try RawConnection(port: server.port)
            try await connection.send(
                "POST /v1/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{\"model\":")
            #expect(try await connection.read(until: nil).hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func manyAndLongHeaders() async throws {
        try await TestServer.run {
            $0.api.limits.headerCount = 50
        } _: { server in
            for headers in [
                "x-long: \(String(repeating: "a", count: 40_000))\r\n",
                (0..<200).map { "x-\($0): a\r\n" }.joined(),
            ] {
                let connection = try RawConnection(port: server.port)
                try await connection.send("GET /health HTTP/1.1\r\nhost: localhost\r\n\(headers)\r\n")
                let answer = try await connection.read(until: nil)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(80))")
            }
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test func requestsHaveNames() async throws {
        try await TestServer.run { server in
            let (one, two) = (try await server.get("/health"), try await server.get("/v1/nothing"))
            let name = try #require(HTTPField.Name("x-request-id"))
            let first = try #require(one.headers[name])
            #expect(first.hasPrefix("req_"))
            #expect(two.headers[name] != first)
        }
    }
}
