import DeepSeekInference
import DeepSeekJSON

/// How an endpoint writes answers: as they come, or whole.
package protocol AnswerFormat: Sendable {
    /// What comes before the first token.
    mutating func begin() -> [ServerSentEvent]
    mutating func token(_ token: GeneratedToken, choice: Int) -> [ServerSentEvent]
    mutating func end(_ result: GenerationResult, choice: Int) -> [ServerSentEvent]
    /// After the last choice has ended.
    mutating func finish(_ usage: TokenUsage) -> [ServerSentEvent]
    func whole(_ answers: [GeneratedAnswer], _ usage: TokenUsage) -> JSONValue
}
