import DeepSeekJSON

/// Conversations as JSON: an array of messages, each with a `role` and a `content`.
public enum Transcript {
    /// The messages of a saved conversation.
    ///
    /// - Throws: ``InferenceError`` `invalidTranscript` that names the message.
    public static func messages(_ transcript: JSONValue) throws(InferenceError) -> [JSONValue] {
        guard let messages = transcript.array else {
            throw InferenceError(
                .invalidTranscript, "a conversation must be an array of messages, and is \(transcript.kind)")
        }
        for (index, message) in messages.enumerated() where message["role"]?.string == nil {
            throw InferenceError(
                .invalidTranscript, "message \(index) of the conversation must be an object with a string \"role\"")
        }
        return messages
    }

    /// An answer as a message. Models write a space after "Assistant:", which their templates write back, so a leading
    /// one does not belong to the message.
    public static func assistant(_ answer: String) -> JSONValue {
        let content = answer.hasPrefix(" ") ? String(answer.dropFirst()) : answer
        return ["role": "assistant", "content": .string(content)]
    }
}
