import DeepSeekJSON

/// A conversation in the common form: `{"messages": [{"role": …, "content": …}, …]}`.
struct JSONMessages: Sendable {
    let messages: JSONValue
    /// `tools`, if there are any.
    let tools: JSONValue?
}
