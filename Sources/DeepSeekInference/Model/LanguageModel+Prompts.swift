import DeepSeekJSON
import DeepSeekTokenizer

extension LanguageModel {
    /// The ids of a text, after the beginning of sequence if `tokenizer_config.json` asks for it and the text does not
    /// begin with it.
    ///
    /// - Parameter matchingSpecialTokens: whether special tokens spelled out in the text become such tokens. Not for
    ///   texts that strangers write.
    /// - Throws: ``InferenceError`` `noTokenizer`.
    public func promptIDs(text: String, matchingSpecialTokens: Bool = true) throws(InferenceError) -> [Int32] {
        let format = try chatFormat()
        let ids = format.tokenizer.encode(text, matchingSpecialTokens: matchingSpecialTokens)
        guard let first = format.prefix, ids.first != first else { return ids }
        return [first] + ids
    }

    /// The ids of a conversation, as the model's chat template writes it.
    ///
    /// - Parameters:
    ///   - messages: objects with `role` and `content`.
    ///   - addGenerationPrompt: ends with the beginning of the assistant's turn.
    /// - Throws: ``InferenceError`` `noTokenizer` or `noChatTemplate`, or `ChatTemplateError`.
    public func promptIDs(
        messages: [JSONValue], tools: [JSONValue]? = nil, addGenerationPrompt: Bool = true
    ) throws -> [Int32] {
        let format = try chatFormat()
        guard let template = try format.template?.get() else {
            throw InferenceError(
                .noChatTemplate,
                "\(folder)/tokenizer_config.json holds no \"chat_template\", so this model takes plain prompts only; use a "
                    + "chat model, or pass a text")
        }
        let spans = try template.render(
            messages: messages, tools: tools, addGenerationPrompt: addGenerationPrompt, variables: format.variables)
        return format.tokenizer.encode(spans)
    }

    private func chatFormat() throws(InferenceError) -> ChatFormat {
        guard let chat else {
            throw InferenceError(
                .noTokenizer, "\(folder) holds no tokenizer.json, so this model takes and gives token ids only")
        }
        return chat
    }
}
