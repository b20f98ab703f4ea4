import DeepSeekJSON

/// A question that answers are drawn for: a line of a data file.
package struct Question: Sendable {
    /// As the chat template writes it, up to where the answer begins.
    package var prompt: [Int32]
    /// The line.
    package var line: JSONValue
    /// File and line, for messages.
    package var place: String
}
