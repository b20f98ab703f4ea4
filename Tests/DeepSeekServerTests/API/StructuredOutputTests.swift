import DeepSeekJSON
import Testing

/// What the output must be, whatever random weights would rather write.
@Suite struct StructuredOutputTests {
    private static let path = "/v1/chat/completions"
    private static let base: JSONValue = [
        "model": "tiny", "messages": [["role": "user", "content": "Hi"]], "max_tokens": 400,
    ]
    private static let schema: JSONValue = [
        "type": "object", "properties": ["city": ["enum": ["Paris", "Rome"]], "degrees": ["type": "integer"]],
        "required": ["city", "degrees"], "additionalProperties": false,
    ]
    private static let tools: JSONValue = [
        ["type": "function", "function": ["name": "weather", "description": "Tells.", "parameters": schema]],
        ["type": "function", "function": ["name": "time"]],
    ]

    private static func satisfies(_ value: JSONValue?) -> Bool {
        guard let object = value?.object, object.count == 2 else { return false }
        return ["Paris", "Rome"].contains(object["city"]?.string) && object["degrees"]?.integer != nil
    }

    @Test(arguments: 0..<5) func answersAreJSON(seed: Int) async throws {
        try await TestServer.run { server in
            let request = Self.base.with(["seed": .integer(seed)])
            let object = try await server.post(Self.path, request.with(["response_format": ["type": "json_object"]]))
            let content = try #require(object.json.at("choices.0.message.content")?.string)
            #expect(content.hasPrefix("{") && content.hasSuffix("}"), "\(content)")
            for strict in [true, false] {
                let format: JSONValue = [
                    "type": "json_schema",
                    "json_schema": ["name": "place", "schema": Self.schema, "strict": .bool(strict)],
                ]
                let answer = try await server.post(Self.path, request.with(["response_format": format]))
                let text = try #require(answer.json.at("choices.0.message.content")?.string)
                #expect(Self.satisfies(try JSONValue(parsing: text)), "\(text)")
            }
            let response = try await server.post(
                "/v1/responses",
                [
                    "model": "tiny", "input": "Hi", "max_output_tokens": 400,
                    "text": ["format": ["type": "json_schema", "name": "place", "schema": Self.schema]],
                ])
            let text = try #require(response.json.at("output.0.content.0.text")?.string)
            #expect(Self.satisfies(try JSONValue(parsing: text)), "\(text)")
        }
    }

    @Test func choicesAndPatterns() async throws {
        try await TestServer.run { server in
            for path in [Self.path, "/v1/completions"] {
                let base: JSONValue =
                    path == Self.path ? Self.base : ["model": "tiny", "prompt": "x", "max_tokens": 400]
                func text(_ members: JSONObject) async throws -> String {
                    let choice = try await server.post(path, base.with(members)).json.at("choices.0")
                    return choice?.at("message.content")?.string ?? choice?["text"]?.string ?? ""
                }
                let words = try await text(["guided_choice": ["yes", "no"]])
                #expect(["yes", "no"].contains(words), "\(words)")
                let digits = try await text(["guided_regex": "[0-9]{3}-[a-f]{2}"])
                #expect(try #/[0-9]{3}-[a-f]{2}/#.wholeMatch(in: digits) != nil, "\(digits)")
            }
        }
    }

    @Test func callsOfTools() async throws {
        try await TestServer.run { server in
            let request = Self.base.with(["tools": Self.tools, "tool_choice": "required", "seed": 3])
            let whole = try await server.post(Self.path, request)
            #expect(whole.status == 200, "\(whole.text)")
            let calls = try #require(whole.json.at("choices.0.message.tool_calls")?.array)
            #expect(!calls.isEmpty)
            // A model that means nothing may have to be led to the end of its call at the limit of tokens.
            let reason = try #require(whole.json.at("choices.0.finish_reason")?.string)
            #expect(["tool_calls", "length"].contains(reason))
            for call in calls {
                #expect(call["id"]?.string?.hasPrefix("call_") == true)
                #expect(call["type"] == "function")
                let arguments = try JSONValue(parsing: call.at("function.arguments")?.string ?? "")
                switch call.at("function.name") {
                case "weather"?: #expect(Self.satisfies(arguments))
                case "time"?: #expect(arguments.object != nil)
                default: Issue.record("no such tool: \(call)")
                }
            }
            let events = try await server.post(Self.path, request.with(["stream": true])).events
            let streamed = events.flatMap { $0.at("choices.0.delta.tool_calls")?.array ?? [] }
            #expect(streamed.map { $0["function"] } == calls.map { $0["function"] })
            #expect(streamed.map { $0["index"]?.integer } == Array(0..<calls.count))
            #expect(events.last?.at("choices.0.finish_reason")?.string == reason)

            let named = try await server.post(
                Self.path,
                request.with(["tool_choice": ["type": "function", "function": ["name": "weather"]]]))
            #expect(named.json.at("choices.0.message.tool_calls")?.array?.count == 1)
            #expect(named.json.at("choices.0.message.tool_calls.0.function.name") == "weather")

            // The conversation goes on with the results.
            let id = calls[0]["id"] ?? nil
            let messages: JSONValue = [
                ["role": "user", "content": "Hi"], ["role": "assistant", "content": nil, "tool_calls": .array(calls)],
                ["role": "tool", "tool_call_id": id, "content": "12"],
            ]
            let next = try await server.post(
                Self.path, Self.base.with(["tools": Self.tools, "messages": messages, "max_tokens": 5]))
            #expect(next.status == 200, "\(next.text)")
            let none = try await server.post(
                Self.path, Self.base.with(["tools": Self.tools, "tool_choice": "none", "max_tokens": 5]))
            #expect(none.json.at("choices.0.message.tool_calls") == nil)
        }
    }

    @Test func whatCannotBeIsRefused() async throws {
        try await TestServer.run { server in
            for (members, field): (JSONObject, String?) in [
                (
                    [
                        "response_format": [
                            "type": "json_schema", "json_schema": ["name": "x", "schema": ["type": "colour"]],
                        ]
                    ], nil
                ),
                (["response_format": ["type": "json_object"], "tools": Self.tools], "response_format"),
                (["response_format": ["type": "json_object"], "guided_regex": "a"], "response_format"),
                (["guided_regex": "("], nil), (["guided_choice": []], nil),
                (
                    ["tools": Self.tools, "tool_choice": ["type": "function", "function": ["name": "x"]]],
                    "tool_choice.function.name"
                ),
            ] {
                for streamed in [false, true] {
                    let answer = try await server.post(
                        Self.path, Self.base.with(members).with(["stream": .bool(streamed)]))
                    #expect(answer.status == 422, "\(members) \(answer.text.prefix(200))")
                    if let field { #expect(answer.error["param"]?.string == field) }
                }
            }
        }
    }
}
