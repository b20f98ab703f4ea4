import DeepSeekJSON

extension LanguageModel {
    /// The ids of a text: see ``ChatFormat/ids(text:matchingSpecialTokens:)``.
    ///
    /// - Throws: ``InferenceError`` `noTokenizer`.
    public func promptIDs(text: String, matchingSpecialTokens: Bool = true) throws(InferenceError) -> [Int32] {
        try requireFormat().ids(text: text, matchingSpecialTokens: matchingSpecialTokens)
    }

    /// The ids of a conversation: see ``ChatFormat/ids(messages:tools:addGenerationPrompt:)``.
    ///
    /// - Throws: ``InferenceError`` `noTokenizer` or `noChatTemplate`, or `ChatTemplateError`.
    public func promptIDs(
        messages: [JSONValue], tools: [JSONValue]? = nil, addGenerationPrompt: Bool = true
    ) throws -> [Int32] {
        try requireFormat().ids(messages: messages, tools: tools, addGenerationPrompt: addGenerationPrompt)
    }

    private func requireFormat() throws(InferenceError) -> ChatFormat {
        guard let format else {
            throw InferenceError(
                .noTokenizer, "\(folder) holds no tokenizer.json, so this model takes and gives token ids only")
        }
        return format
    }
}
