import DeepSeekConstraints
import DeepSeekJSON
import DeepSeekTokenizer

/// How texts and conversations become the ids of a model's prompts, as its `tokenizer_config.json` says.
public struct ChatFormat: Sendable {
    public let tokenizer: Tokenizer
    /// Put before plain texts; nil for nothing.
    public let beginningOfSequence: Int32?
    public let endOfSequence: Int32?
    /// Nil without a template. One that does not compile fails when it is used, since plain prompts do not need it.
    private let template: Result<ChatTemplate, ChatTemplateError>?
    /// What templates read besides the messages.
    private let variables: [String: JSONValue]
    private let source: String

    public init(_ files: TokenizerFiles) {
        let (configuration, tokenizer) = (files.configuration, files.tokenizer)
        self.tokenizer = tokenizer
        source = files.source
        beginningOfSequence =
            configuration.addBosToken ? configuration.bosToken.flatMap { tokenizer.id(of: $0) } : nil
        endOfSequence = configuration.eosToken.flatMap { tokenizer.id(of: $0) }
        template = configuration.chatTemplate.map { source in
            Result { () throws(ChatTemplateError) in
                try ChatTemplate(source, name: configuration.chatTemplatePlace ?? "chat_template")
            }
        }
        var variables: [String: JSONValue] = [:]
        variables["bos_token"] = configuration.bosToken.map { .string($0) }
        variables["eos_token"] = configuration.eosToken.map { .string($0) }
        self.variables = variables
    }

    /// The ids of a text, after the beginning of sequence if the model wants it and the text does not begin with it.
    ///
    /// - Parameter matchingSpecialTokens: whether special tokens spelled out in the text become such tokens. Not for
    ///   texts that strangers write.
    public func ids(text: String, matchingSpecialTokens: Bool = true) -> [Int32] {
        let ids = tokenizer.encode(text, matchingSpecialTokens: matchingSpecialTokens)
        guard let first = beginningOfSequence, ids.first != first else { return ids }
        return [first] + ids
    }

    /// The ids of a conversation, as the model's chat template writes it.
    ///
    /// - Parameters:
    ///   - messages: objects with `role` and `content`.
    ///   - addGenerationPrompt: ends with the beginning of the assistant's turn.
    /// - Throws: ``InferenceError`` `noChatTemplate`, or `ChatTemplateError`.
    public func ids(
        messages: [JSONValue], tools: [JSONValue]? = nil, addGenerationPrompt: Bool = true
    ) throws -> [Int32] {
        let spans = try requireTemplate().render(
            messages: messages, tools: tools, addGenerationPrompt: addGenerationPrompt, variables: variables)
        return tokenizer.encode(spans)
    }

    /// The ids of a conversation up to the end of its last message, which the assistant goes on with.
    ///
    /// - Throws: as ``ids(messages:tools:addGenerationPrompt:)``.
    public func ids(continuing messages: [JSONValue], tools: [JSONValue]? = nil) throws -> [Int32] {
        guard let last = messages.last?["content"]?.string, !last.isEmpty else {
            return try ids(messages: messages.dropLast(), tools: tools)
        }
        var spans = try requireTemplate().render(
            messages: messages, tools: tools, addGenerationPrompt: false, variables: variables)
        // What the template writes after the last content ends the turn.
        while spans.last?.origin == .template { spans.removeLast() }
        return tokenizer.encode(spans)
    }

    /// How the model writes calls of tools, and is told to.
    public var toolCallForm: ToolCallForm {
        let form = ToolCallForm.deepSeek
        guard case .success(let template)? = template, template.readsTools, tokenizer.id(of: form.opening) != nil else {
            return .tagged
        }
        return form
    }

    private func requireTemplate() throws -> ChatTemplate {
        guard let template = try template?.get() else {
            throw InferenceError(
                .noChatTemplate,
                "\(source) holds no \"chat_template\", so this model takes plain prompts only; use a "
                    + "chat model, or pass a text")
        }
        return template
    }
}
