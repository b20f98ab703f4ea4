import DeepSeekJSON

/// A model's chat template: Jinja as Hugging Face's Transformers runs it, compiled once and rendered many times.
///
/// The result is spans, each written by the template or by the caller, so that special strings in a message never
/// become special tokens. See ``ToolFallback`` for templates that know nothing of tools.
public struct ChatTemplate: Sendable {
    /// What errors call the template.
    public let name: String
    /// Whether the template reads the variable `tools` anywhere.
    public let readsTools: Bool

    private let body: [Statement]
    private let limits: TemplateLimits

    /// Compiles a template, in time linear in its length.
    ///
    /// Throws `syntax`, `unsupported` or `limit`, with the line.
    public init(_ source: String, name: String = "chat_template") throws(ChatTemplateError) {
        try self.init(source, name: name, limits: TemplateLimits())
    }

    package init(_ source: String, name: String, limits: TemplateLimits) throws(ChatTemplateError) {
        self.name = name
        self.limits = limits
        do throws(LocatedFault) {
            let (body, names) = try Parser.parse(source)
            self.body = body
            readsTools = names.contains("tools")
        } catch {
            throw ChatTemplateError(error, template: name)
        }
    }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - messages: Objects with a string `role` and usually a `content`; other members are passed on to the template.
    ///   - tools: Function descriptions. When the template does not read them, ``ToolFallback`` puts them into the
    ///     system message.
    ///   - addGenerationPrompt: Whether to end with the opening of an assistant's turn.
    ///   - variables: Values that belong to the model: `bos_token`, `eos_token` and the like. Strings in them may become
    ///     special tokens.
    ///   - content: Values that belong to the caller: `documents`, `enable_thinking` and the like. Strings in them may not.
    /// - Returns: The prompt, neighbouring spans of different origin and none of them empty.
    ///
    /// Throws `invalidMessage` for what is not a message, `droppedMessage` when the template would leave out a message
    /// or its tool calls, `raised` when the template refuses the conversation, and other codes when it fails.
    public func render(
        messages: [JSONValue], tools: [JSONValue]? = nil, addGenerationPrompt: Bool,
        variables: [String: JSONValue] = [:], content: [String: JSONValue] = [:]
    ) throws(ChatTemplateError) -> [PromptSpan] {
        var messages = messages
        var tools = tools
        try MessageCheck.validate(messages, template: name)
        if !readsTools { (messages, tools) = (ToolFallback.messages(messages, tools: tools), nil) }
        let offered = tools
        func rendered(_ messages: [JSONValue]) throws(ChatTemplateError) -> Text {
            try text(messages, offered, addGenerationPrompt, variables, content, LocalTime.formatNow)
        }
        let prompt = try rendered(messages)
        try MessageCheck.refuseDropped(messages, in: prompt, template: name, render: rendered)
        return prompt.spans
    }

    /// Renders exactly as Transformers does: no fallback for tools, and a message may be left out.
    package func renderVerbatim(
        messages: [JSONValue], tools: [JSONValue]?, addGenerationPrompt: Bool, variables: [String: JSONValue] = [:],
        content: [String: JSONValue] = [:], formatNow: @escaping (String) -> String
    ) throws(ChatTemplateError) -> [PromptSpan] {
        try text(messages, tools, addGenerationPrompt, variables, content, formatNow).spans
    }

    private func text(
        _ messages: [JSONValue], _ tools: [JSONValue]?, _ addGenerationPrompt: Bool, _ variables: [String: JSONValue],
        _ content: [String: JSONValue], _ formatNow: @escaping (String) -> String
    ) throws(ChatTemplateError) -> Text {
        let context: [String: Value]
        do throws(TemplateFault) {
            context = try TemplateContext.variables(
                messages: messages, tools: tools, addGenerationPrompt: addGenerationPrompt, variables, content)
        } catch {
            throw ChatTemplateError(LocatedFault(fault: error, line: nil), template: name)
        }
        let interpreter = Interpreter(variables: context, limits: limits, formatNow: formatNow)
        do throws(LocatedFault) {
            return try interpreter.render(body)
        } catch {
            throw ChatTemplateError(error, template: name)
        }
    }
}

extension ChatTemplateError {
    init(_ located: LocatedFault, template: String) {
        self.init(code: located.fault.code, template: template, line: located.line, message: located.fault.message)
    }
}

extension Text {
    /// The text with what matters outside: written by the template or not.
    var spans: [PromptSpan] {
        var spans: [PromptSpan] = []
        for piece in pieces {
            let origin: PromptSpan.Origin = piece.origin == .template ? .template : .content
            if spans.last?.origin == origin {
                spans[spans.count - 1].text += String(piece.scalars)
            } else {
                spans.append(PromptSpan(text: String(piece.scalars), origin: origin))
            }
        }
        return spans
    }
}
