import DeepSeekJSON
import OrderedCollections

/// The variables that a template sees, with who wrote them.
enum TemplateContext {
    /// Templates build special strings around these roles (`'<|' + message.role + '|>'`), so they count as written by
    /// the template. A role that is not listed is content: `<|` with a role of `end` must not end a turn.
    private static let knownRoles: Set<String> = [
        "assistant", "developer", "function", "ipython", "model", "system", "tool", "user",
    ]

    static func variables(
        messages: [JSONValue], tools: [JSONValue]?, addGenerationPrompt: Bool, _ variables: [String: JSONValue],
        _ content: [String: JSONValue]
    ) throws(TemplateFault) -> [String: Value] {
        // Transformers passes these two always, without a value when there is none.
        var context: [String: Value] = ["tools": .none, "documents": .none]
        for (name, variable) in content { context[name] = try value(variable, .content) }
        for (name, variable) in variables { context[name] = try value(variable, .template) }
        if let tools { context["tools"] = try value(.array(tools), .content) }
        var values: [Value] = []
        for (index, message) in messages.enumerated() { values.append(try Self.message(message, index)) }
        context["messages"] = try .list(values)
        context["add_generation_prompt"] = .bool(addGenerationPrompt)
        return context
    }

    private static func message(_ message: JSONValue, _ index: Int) throws(TemplateFault) -> Value {
        guard let members = message.object else { return try value(message, .messageContent(index)) }
        var entries: OrderedDictionary<Value, Value> = [:]
        for (key, member) in members {
            let origin: Origin
            switch key {
            case "content": origin = .messageContent(index)
            case "tool_calls": origin = .toolCalls(index)
            case "role": origin = member.string.map(knownRoles.contains) ?? false ? .template : .content
            default: origin = .content
            }
            entries[.text(Text(key, .content))] = try value(member, origin)
        }
        return .mapping(try Mapping(entries))
    }

    private static func value(_ json: JSONValue, _ origin: Origin, depth: Int = 0) throws(TemplateFault) -> Value {
        guard depth < JSONParser.maximumDepth else {
            throw TemplateFault(.limit, "a value is nested more than \(JSONParser.maximumDepth) deep")
        }
        switch json {
        case .null: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .double(value)
        case .string(let value): return .text(Text(value, origin))
        case .array(let elements):
            return try .list(
                elements.map { (element) throws(TemplateFault) in try value(element, origin, depth: depth + 1) })
        case .object(let members):
            var entries: OrderedDictionary<Value, Value> = [:]
            for (key, member) in members {
                entries[.text(Text(key, origin))] = try value(member, origin, depth: depth + 1)
            }
            return .mapping(try Mapping(entries))
        }
    }
}
