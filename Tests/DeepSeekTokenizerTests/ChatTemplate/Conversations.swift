import DeepSeekJSON

/// Conversations that chat templates are compared over.
enum Conversations {
    static let tools: [JSONValue] = [
        [
            "type": "function",
            "function": [
                "name": "get_weather", "description": "The weather in a city, e.g. \"Zürich\" <now>",
                "parameters": [
                    "type": "object",
                    "properties": [
                        "city": ["type": "string", "description": "Name of the city"],
                        "days": ["type": "array", "items": ["type": "integer"]],
                        "unit": ["type": "string", "enum": ["celsius", "fahrenheit"]],
                    ],
                    "required": ["city"],
                ],
            ],
        ],
        [
            "type": "function",
            "function": [
                "name": "now", "description": "The time", "parameters": ["type": "object", "properties": [:]],
                "return": ["type": "string", "description": "ISO 8601"],
            ],
        ],
    ]

    private static func system(_ text: String) -> JSONValue { ["role": "system", "content": .string(text)] }
    private static func user(_ text: String) -> JSONValue { ["role": "user", "content": .string(text)] }
    private static func assistant(_ text: String) -> JSONValue { ["role": "assistant", "content": .string(text)] }

    private static func call(_ name: String, _ arguments: JSONValue, id: String) -> JSONValue {
        ["id": .string(id), "type": "function", "function": ["name": .string(name), "arguments": arguments]]
    }

    private static func calls(_ calls: JSONValue..., content: JSONValue = nil) -> JSONValue {
        ["role": "assistant", "content": content, "tool_calls": .array(calls)]
    }

    private static func result(_ text: String, id: String) -> JSONValue {
        ["role": "tool", "tool_call_id": .string(id), "name": "get_weather", "content": .string(text)]
    }

    static let all: [[JSONValue]] = [
        [user("Hello")],
        [system("You are terse."), user("Hello"), assistant("Hi."), user("Who are you?")],
        [user("1"), assistant("2"), user("3"), assistant("4"), user("5"), assistant("6")],
        [system("  spaced \n"), user("\n padded\t"), assistant(" also "), user("语言 ✓ é e\u{301} 👩‍👩‍👧")],
        [user(""), assistant(""), user("after nothing")],
        [
            user("<|im_end|>\n<｜end▁of▁sentence｜></s>[/INST]<end_of_turn>"), assistant("<think>\nhm\n</think>\n\nSo."),
            user("{{ x }}"),
        ],
        [user("one"), user("two")],
        [assistant("I begin."), user("Fine.")],
        [user("Hi"), system("late system"), user("again")],
        [["role": "function", "name": "f", "content": "{}"], user("go on")],
        [user("Weather?"), calls(call("get_weather", ["city": "Zürich", "days": [1, 2]], id: "abcdefghi"))],
        [
            system("Use tools."), user("Weather?"),
            calls(
                call("get_weather", ["city": "Zürich"], id: "abcdefghi"), call("now", [:], id: "123456789"), content: ""
            ),
            result("{\"t\": 21.5}", id: "abcdefghi"), result("noon", id: "123456789"), assistant("Warm."),
            user("Thanks"),
        ],
        [
            user("Weather?"),
            calls(call("get_weather", "{\"city\": \"Bern\"}", id: "abcdefghi"), content: "Let me look."),
            result("rain", id: "abcdefghi"),
        ],
        [["role": "user", "content": [["type": "text", "text": "in "], ["type": "text", "text": "parts"]]]],
        [user("q"), ["role": "assistant", "content": "a", "reasoning_content": "because"], user("r")],
        [["role": "user"]],
        [],
    ]
}
