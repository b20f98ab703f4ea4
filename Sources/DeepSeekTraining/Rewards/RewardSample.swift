import DeepSeekJSON

/// An answer that is to be judged.
public struct RewardSample: Sendable {
    /// The line of the data file that asks.
    public let question: JSONValue
    /// The text of the answer, without special tokens.
    public let answer: String
    public let tokens: Int
    /// Whether the model ended it, rather than the limit of tokens.
    public let isComplete: Bool
    /// Prompt and answer as the model saw and wrote them.
    public let ids: [Int32]

    public init(question: JSONValue, answer: String, tokens: Int, isComplete: Bool, ids: [Int32] = []) {
        self.question = question
        self.answer = answer
        self.tokens = tokens
        self.isComplete = isComplete
        self.ids = ids
    }

    /// What was asked: the last message, or the prompt.
    public var asked: String {
        question["prompt"]?.string ?? (question["messages"] ?? question["prompt"])?.array?.last?["content"]?.string
            ?? ""
    }
}
