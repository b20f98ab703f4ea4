import DeepSeekJSON

/// How tools reach a model whose template does not read `tools`.
///
/// - The functions are listed in a block at the end of the first message when that is a system message, and in a system
///   message of its own before the others when not:
///   ```
///   # Tools
///
///   You can call these functions, each described by a JSON object:
///   {"type":"function","function":{"name":…,"description":…,"parameters":…}}
///
///   To call one, answer with its name and arguments as a JSON object between tags, one line for each call:
///   <tool_call>{"name": …, "arguments": …}</tool_call>
///   ```
/// - A call that the assistant made is written into its message in that same form, after its content.
/// - Results (role `tool`) become a user's message, neighbouring ones together, each as
///   `<tool_response>…</tool_response>`.
public enum ToolFallback {
    public static let callOpening = "<tool_call>"
    public static let callClosing = "</tool_call>"
    public static let resultOpening = "<tool_response>"
    public static let resultClosing = "</tool_response>"

    static func messages(_ messages: [JSONValue], tools: [JSONValue]?) -> [JSONValue] {
        var result: [JSONValue] = []
        var wasResult = false
        for message in messages {
            guard var members = message.object else { continue }
            let isResult = members["role"] == "tool"
            if isResult {
                let text = resultOpening + plainText(members["content"]) + resultClosing
                if wasResult, let last = result.popLast() {
                    result.append(["role": "user", "content": .string(plainText(last["content"]) + "\n" + text)])
                } else {
                    result.append(["role": "user", "content": .string(text)])
                }
            } else {
                if let calls = members["tool_calls"]?.array, !calls.isEmpty {
                    let lines = ([plainText(members["content"])] + calls.map(line)).filter { !$0.isEmpty }
                    members["content"] = .string(lines.joined(separator: "\n"))
                    members["tool_calls"] = nil
                }
                result.append(.object(members))
            }
            wasResult = isResult
        }
        guard let tools, !tools.isEmpty else { return result }
        if var members = result.first?.object, members["role"] == "system" {
            let system = plainText(members["content"])
            members["content"] = .string(system.isEmpty ? block(tools) : system + "\n\n" + block(tools))
            result[0] = .object(members)
        } else {
            result.insert(["role": "system", "content": .string(block(tools))], at: 0)
        }
        return result
    }

    private static func block(_ tools: [JSONValue]) -> String {
        """
        # Tools

        You can call these functions, each described by a JSON object:
        \(tools.map { $0.serialized() }.joined(separator: "\n"))

        To call one, answer with its name and arguments as a JSON object between tags, one line for each call:
        \(callOpening){"name": …, "arguments": …}\(callClosing)
        """
    }

    /// A call as the assistant would have written it. Arguments are often JSON in a string.
    private static func line(_ call: JSONValue) -> String {
        let function = call["function"] ?? call
        var arguments = function["arguments"] ?? [:]
        if let text = arguments.string, let parsed = try? JSONValue(parsing: text) { arguments = parsed }
        let object: JSONValue = ["name": function["name"] ?? nil, "arguments": arguments]
        return callOpening + object.serialized() + callClosing
    }

    /// A content as text: its parts joined when it is a list of them, JSON when it is neither.
    private static func plainText(_ content: JSONValue?) -> String {
        switch content {
        case nil, .null?: ""
        case .string(let text)?: text
        case .array(let parts)?: parts.map { $0["text"]?.string ?? $0.serialized() }.joined(separator: "\n")
        case let other?: other.serialized()
        }
    }
}
