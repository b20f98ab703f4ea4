import DeepSeekJSON

/// A turn of a conversation that is being answered.
struct PendingTurn: Sendable {
    /// The conversation up to the question.
    let messages: [JSONValue]
    let cancellation: Cancellation
    /// What came of the answer.
    var answer = ""

    /// The conversation with the answer.
    var answered: [JSONValue] { messages + [Transcript.assistant(answer)] }

    /// The conversation if nothing more comes: as it was `before`, if there is no answer at all.
    func history(of before: [JSONValue]) -> [JSONValue] { answer.isEmpty ? before : answered }
}
