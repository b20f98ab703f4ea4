import DeepSeekJSON

/// The tokenizer of a model that is one file, in the form of the files that a folder would hold.
public struct EmbeddedTokenizer: Sendable, Hashable {
    /// What `tokenizer.json` would hold.
    public let tokenizer: JSONValue
    /// What `tokenizer_config.json` would hold, the chat template with it.
    public let configuration: JSONValue
}
