import DeepSeekJSON

/// Writes a tokenizer as a folder that models are made with: `tokenizer.json` and `tokenizer_config.json`.
public struct TokenizerFolder {
    private let path: String

    public init(_ path: String) { self.path = path }

    /// - Parameters:
    ///   - tokenizer: a `tokenizer.json`.
    ///   - beginning: the special token before each text.
    ///   - end: the special token after each text.
    ///   - template: a chat template in Jinja.
    public func write(
        _ tokenizer: JSONValue, beginning: String?, end: String?, template: String? = nil
    ) throws(TrainingError) {
        try RunFile.makeFolder(path)
        var members = JSONObject()
        members["tokenizer_class"] = "PreTrainedTokenizerFast"
        members["add_bos_token"] = .bool(beginning != nil)
        members["add_eos_token"] = false
        members["clean_up_tokenization_spaces"] = false
        members["bos_token"] = beginning.map { .string($0) }
        members["eos_token"] = end.map { .string($0) }
        members["pad_token"] = end.map { .string($0) }
        members["chat_template"] = template.map { .string($0) }
        try RunFile.write(tokenizer.serialized(pretty: true) + "\n", to: "\(path)/tokenizer.json")
        try RunFile.write(
            JSONValue.object(members).serialized(pretty: true) + "\n", to: "\(path)/tokenizer_config.json")
    }
}
