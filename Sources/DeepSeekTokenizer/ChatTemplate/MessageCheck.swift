import DeepSeekJSON

/// What must hold for messages before and after they are rendered.
enum MessageCheck {
    /// Every message is an object with a role.
    static func validate(_ messages: [JSONValue], template: String) throws(ChatTemplateError) {
        for (index, message) in messages.enumerated() {
            func refuse(_ reason: String) -> ChatTemplateError {
                ChatTemplateError(
                    code: .invalidMessage, template: template, line: nil, message: "message \(index + 1) \(reason)")
            }
            guard let members = message.object else { throw refuse("is \(message.kind), not an object") }
            guard let role = members["role"] else { throw refuse("has no 'role'") }
            guard let name = role.string else { throw refuse("has a 'role' that is \(role.kind), not a string") }
            guard !name.isEmpty else { throw refuse("has an empty 'role'") }
            if let calls = members["tool_calls"], !calls.isNull, calls.array == nil {
                throw refuse("has 'tool_calls' that are \(calls.kind), not an array")
            }
        }
    }

    /// Refuses a conversation of which the template leaves something out.
    ///
    /// Every piece of the output knows the message whose content it is from. A message without a trace may still not be
    /// dropped: its content may be blank, or all of it a thought that the template strips. So the conversation is
    /// rendered once more with a plain word in place of such contents: where even that leaves no trace, the template has
    /// no place for the role.
    static func refuseDropped(
        _ messages: [JSONValue], in text: Text, template: String,
        render: ([JSONValue]) throws(ChatTemplateError) -> Text
    ) throws(ChatTemplateError) {
        var traces = Set(text.runs.map(\.origin))
        let calling = messages.indices.filter { !(messages[$0]["tool_calls"]?.array ?? []).isEmpty }
        for index in calling where !traces.contains(.toolCalls(index)) {
            throw dropped(index, messages[index], "tool calls of", template)
        }
        let silent = messages.indices.filter { !traces.contains(.messageContent($0)) && !calling.contains($0) }
        guard !silent.isEmpty else { return }
        var probes = messages
        for index in silent { probes[index] = probe(messages[index]) }
        if let text = try? render(probes) { traces.formUnion(text.runs.map(\.origin)) }
        for index in silent where !traces.contains(.messageContent(index)) {
            throw dropped(index, messages[index], "", template)
        }
    }

    /// The message with a word that no template strips for its content.
    private static func probe(_ message: JSONValue) -> JSONValue {
        guard var members = message.object else { return message }
        if let parts = members["content"]?.array, !parts.isEmpty {
            members["content"] = .array(parts.map { $0["text"] == nil ? $0 : replacing("text", of: $0) })
        } else {
            members["content"] = "x"
        }
        return .object(members)
    }

    private static func replacing(_ key: String, of part: JSONValue) -> JSONValue {
        guard var members = part.object else { return part }
        members[key] = "x"
        return .object(members)
    }

    private static func dropped(
        _ index: Int, _ message: JSONValue, _ what: String, _ template: String
    ) -> ChatTemplateError {
        let role = message["role"]?.string ?? ""
        let subject = what.isEmpty ? "" : what + " "
        return ChatTemplateError(
            code: .droppedMessage, template: template, line: nil,
            message: "the template leaves out the \(subject)message \(index + 1) with the role '\(role.prefix(80))': "
                + "use a role that it knows, or another template")
    }
}
