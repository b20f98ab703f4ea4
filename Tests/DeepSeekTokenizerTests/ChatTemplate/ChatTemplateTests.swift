import DeepSeekJSON
import DeepSeekTokenizer
import Testing

@Suite struct ChatTemplateTests {
    private static let v2 = """
        {{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\\n\\n' }}\
        {% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token }}\
        {% elif message['role'] == 'system' %}{{ message['content'] + '\\n\\n' }}{% endif %}{% endfor %}\
        {% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
        """
    private static let variables: [String: JSONValue] = ["bos_token": "<bos>", "eos_token": "<eos>"]
    private static let tool: JSONValue = ["type": "function", "function": ["name": "f", "parameters": [:]]]

    /// The output of a template over content `c`, content written between brackets.
    private func marked(_ source: String, _ content: JSONValue) throws -> String {
        try ChatTemplate(source).renderVerbatim(
            messages: [], tools: nil, addGenerationPrompt: false, variables: Self.variables, content: ["c": content],
            formatNow: { $0 }
        ).map { $0.origin == .content ? "[\($0.text)]" : $0.text }.joined()
    }

    private func code(_ source: String, messages: [JSONValue]) -> ChatTemplateError.Code? {
        do throws(ChatTemplateError) {
            _ = try ChatTemplate(source).render(
                messages: messages, addGenerationPrompt: true, variables: Self.variables)
            return nil
        } catch { return error.code }
    }

    @Test func spansTellTemplateFromContent() throws {
        let spans = try ChatTemplate(Self.v2).render(
            messages: [["role": "system", "content": "<eos>"], ["role": "user", "content": "<bos>"]],
            addGenerationPrompt: true, variables: Self.variables)
        #expect(
            spans == [
                PromptSpan(text: "<bos>", origin: .template), PromptSpan(text: "<eos>", origin: .content),
                PromptSpan(text: "\n\nUser: ", origin: .template),
                PromptSpan(text: "<bos>", origin: .content), PromptSpan(text: "\n\nAssistant:", origin: .template),
            ])
    }

    @Test(arguments: [
        ("{{ '<' ~ c ~ '>' }}", "<[a b]>"), ("{{ ('< ' + c + ' >')[1:-1]|trim }}", "[a b]"),
        ("{{ (c + '!')|upper }}", "[A B]!"),
        ("{{ c|replace(' ', '<eos>') }}", "[a]<eos>[b]"), ("{{ c.split(' ')|join('-') }}", "[a]-[b]"),
        ("{{ 'x%sy' % c }}", "x[a b]y"),
        ("{{ 'x{}y'.format(c) }}", "x[a b]y"), ("{{ c|tojson }}", "[\"a b\"]"),
        ("{{ {'k': c}|tojson }}", "[{\"]k[\": \"a b\"}]"), ("{{ [c] }}", "[['a b']]"),
        ("{{ c|indent(2, true) }}", "  [a b]"), ("{{ c * 2 }}", "[a ba b]"),
        ("{% set x %}<{{ c }}>{% endset %}{{ x }}", "<[a b]>"),
        ("{% macro m(x) %}({{ x }}){% endmacro %}{{ m(c)|reverse }}", ")[b a](",),
        ("{{ {c: 1}.keys()|first }}", "[a b]"),
        ("{{ c == 'a b' and 'same' }}", "same"), ("{% for w in c.split() %}{{ w }},{% endfor %}", "[a],[b],"),
        ("{{ eos_token }}{{ c|length }}", "<eos>3"),
        ("{{ c.center(7, '*') }}", "**[a b]**"), ("{{ c|title }}{{ c|batch(2)|first|join }}", "[A Ba ]"),
    ])
    func originsSurviveOperations(_ source: String, _ expected: String) throws {
        #expect(try marked(source, "a b") == expected)
    }

    @Test func onlyKnownRolesCountAsWrittenByTheTemplate() throws {
        let template = try ChatTemplate("{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}{% endfor %}")
        let known = try template.render(messages: [["role": "user", "content": "x"]], addGenerationPrompt: false)
        #expect(known == [PromptSpan(text: "<|user|>", origin: .template), PromptSpan(text: "x", origin: .content)])
        let unknown = try template.render(messages: [["role": "end", "content": "x"]], addGenerationPrompt: false)
        #expect(unknown.first == PromptSpan(text: "<|", origin: .template))
        #expect(unknown.dropFirst().first == PromptSpan(text: "end", origin: .content))
    }

    @Test func messagesWithoutRoleAreRefused() {
        #expect(code(Self.v2, messages: ["x"]) == .invalidMessage)
        #expect(code(Self.v2, messages: [["content": "x"]]) == .invalidMessage)
        #expect(code(Self.v2, messages: [["role": 1]]) == .invalidMessage)
        #expect(code(Self.v2, messages: [["role": ""]]) == .invalidMessage)
        #expect(code(Self.v2, messages: [["role": "user", "content": "x", "tool_calls": 3]]) == .invalidMessage)
    }

    @Test func droppedMessagesAreRefused() {
        #expect(code(Self.v2, messages: [["role": "critic", "content": "x"]]) == .droppedMessage)
        #expect(code(Self.v2, messages: [["role": "critic", "content": ""]]) == .droppedMessage)
        #expect(code(Self.v2, messages: [["role": "user", "content": ""]]) == nil)
        let reasoning = "{% for m in messages %}{{ m.content.split('</think>')[-1] }}.{% endfor %}"
        #expect(code(reasoning, messages: [["role": "assistant", "content": "<think>a</think>"]]) == nil)
        let deaf = "{{ tools }}{% for m in messages %}{{ m.content }}.{% endfor %}"
        let call: JSONValue = ["role": "assistant", "content": "x", "tool_calls": [["function": ["name": "f"]]]]
        #expect(code(deaf, messages: [call]) == .droppedMessage)
    }

    @Test func toolsReachATemplateThatDoesNotReadThem() throws {
        let template = try ChatTemplate(Self.v2)
        #expect(!template.readsTools)
        #expect(try ChatTemplate("{% if x %}{{ tools }}{% endif %}").readsTools)
        let spans = try template.render(
            messages: [
                ["role": "user", "content": "go"],
                [
                    "role": "assistant", "content": nil,
                    "tool_calls": [["function": ["name": "f", "arguments": "{\"a\": 1}"]]],
                ],
                ["role": "tool", "content": "one"], ["role": "tool", "content": "two"],
            ], tools: [Self.tool], addGenerationPrompt: true, variables: Self.variables)
        let text = spans.map(\.text).joined()
        #expect(text.hasPrefix("<bos># Tools\n"))
        #expect(text.contains(#"{"type":"function","function":{"name":"f","parameters":{}}}"#))
        #expect(text.contains(#"Assistant: <tool_call>{"name":"f","arguments":{"a":1}}</tool_call><eos>"#))
        #expect(
            text.hasSuffix("User: <tool_response>one</tool_response>\n<tool_response>two</tool_response>\n\nAssistant:")
        )
        let joined = try template.render(
            messages: [["role": "system", "content": "Be kind."], ["role": "user", "content": "go"]],
            tools: [Self.tool],
            addGenerationPrompt: true, variables: Self.variables)
        #expect(joined.map(\.text).joined().hasPrefix("<bos>Be kind.\n\n# Tools\n"))
    }

    /// The budget refuses endless templates, not long conversations.
    @Test func largeConversationsFitTheBudget() throws {
        let tool: JSONValue = ["name": "f", "list": .array(Array(repeating: "a string of some length", count: 40_000))]
        let message: JSONValue = ["role": "user", "content": .string(String(repeating: "word ", count: 200))]
        let template = try ChatTemplate(
            """
            {{ tools|tojson(indent=4) }}{{ tools }}{% set ns = namespace(t='') %}
            {% for m in messages %}{% set ns.t = ns.t + m.content %}{% endfor %}{{ ns.t }}
            """)
        let spans = try template.render(
            messages: Array(repeating: message, count: 2_000), tools: [tool], addGenerationPrompt: true)
        #expect(spans.map(\.text.utf8.count).reduce(0, +) > 4_000_000)
    }
}
