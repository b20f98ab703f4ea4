import DeepSeekJSON

/// The messages of a conversation as clients send them, made into what chat templates read.
enum ChatMessages {
    private static let keys: Set<String> = [
        "role", "content", "name", "tool_calls", "tool_call_id", "prefix", "reasoning_content", "refusal", "audio",
        "annotations", "function_call",
    ]
    private static let roles = ["system", "developer", "user", "assistant", "tool"]

    /// - Returns: the messages with their contents as plain text, and whether the last one is to be continued.
    static func parse(_ fields: RequestFields) throws(APIError) -> (messages: [JSONValue], continuesLast: Bool) {
        let objects = try fields.required("messages", fields.objects("messages"))
        guard !objects.isEmpty else { throw fields.invalid("messages", "is empty; it needs at least one message") }
        var continuesLast = false
        var messages: [JSONValue] = []
        for (index, object) in objects.enumerated() {
            messages.append(try message(object))
            guard try object.bool("prefix") == true else { continue }
            guard index == objects.count - 1, object["role"] == "assistant" else {
                throw object.invalid("prefix", "goes only with the last message, with the role assistant")
            }
            continuesLast = true
        }
        return (messages, continuesLast)
    }

    private static func message(_ fields: RequestFields) throws(APIError) -> JSONValue {
        try fields.refuseOthers(than: keys)
        for key in ["audio", "function_call"] where fields[key] != nil {
            throw fields.invalid(key, "is not supported")
        }
        let role = try fields.required("role", fields.choice("role", of: roles))
        var message: JSONObject = ["role": .string(role == "developer" ? "system" : role)]
        let calls = try fields.objects("tool_calls")
        if calls != nil, role != "assistant" {
            throw fields.invalid("tool_calls", "goes only with the role assistant")
        }
        let content = try content(fields)
        if content == nil, calls?.isEmpty ?? true {
            throw APIError(.missingField, "\(fields.name("content")) is missing", parameter: fields.name("content"))
        }
        message["content"] = .string(content ?? "")
        if let name = try fields.string("name") { message["name"] = .string(name) }
        if let calls, !calls.isEmpty {
            var list: [JSONValue] = []
            for call in calls { list.append(try toolCall(call)) }
            message["tool_calls"] = .array(list)
        }
        if role == "tool" {
            message["tool_call_id"] = .string(try fields.required("tool_call_id", fields.string("tool_call_id")))
        }
        return .object(message)
    }

    /// Text, or the texts of a list of parts.
    private static func content(_ fields: RequestFields) throws(APIError) -> String? {
        guard let value = fields["content"] else { return nil }
        if let text = value.string { return text }
        guard value.array != nil, let parts = try fields.objects("content") else {
            throw fields.mistyped("content", "a string or an array of parts", value)
        }
        var texts: [String] = []
        for part in parts {
            let type = try part.required("type", part.string("type"))
            guard type == "text" || type == "input_text" || type == "output_text" else {
                throw part.invalid("type", "is \"\(type.prefix(40))\"; this model reads text only")
            }
            texts.append(try part.required("text", part.string("text")))
        }
        return texts.joined(separator: "\n")
    }

    private static func toolCall(_ fields: RequestFields) throws(APIError) -> JSONValue {
        try fields.refuseOthers(than: ["id", "type", "function", "index"])
        let function = try fields.required("function", fields.object("function"))
        let name = try function.required("name", function.string("name"))
        let arguments = try function.required("arguments", function.string("arguments"))
        return [
            "id": .string(try fields.required("id", fields.string("id"))), "type": "function",
            "function": ["name": .string(name), "arguments": .string(arguments)],
        ]
    }
}
