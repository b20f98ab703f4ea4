import DeepSeekJSON
import DeepSeekTokenizer

/// What somebody asked, and how long the answer was.
public struct SampleConversation: Sendable, Hashable {
    public let prompt: String
    public let ids: [Int32]
    public let answerTokens: Int

    /// Shorter ones say nothing about a server.
    private static let shortest = 4

    /// The first question and answer of each conversation in a file of ShareGPT's form, a list of
    /// `{"conversations": [{"from": "human", "value": …}, {"from": "gpt", "value": …}]}`; messages with `role` and
    /// `content` are read too.
    ///
    /// - Parameter longest: tokens; longer questions and answers are left out, and those of fewer than four.
    /// - Throws: ``ServingError`` `badConversations`.
    public static func read(
        _ text: String, path: String, tokenizer: Tokenizer, longest: Int
    ) throws(ServingError) -> [SampleConversation] {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw ServingError(.badConversations, "\(path): \(error)")
        }
        guard let list = value.array else {
            throw ServingError(.badConversations, "\(path): expected a list of conversations, and found \(value.kind)")
        }
        let range = shortest...max(longest, shortest)
        let samples = list.compactMap { element -> SampleConversation? in
            let messages = (element["conversations"] ?? element["messages"])?.array ?? []
            guard messages.count >= 2, let prompt = Self.content(messages[0]), let answer = Self.content(messages[1])
            else { return nil }
            let ids = tokenizer.encode(prompt, matchingSpecialTokens: false)
            let count = tokenizer.encode(answer, matchingSpecialTokens: false).count
            guard range.contains(ids.count), range.contains(count) else { return nil }
            return SampleConversation(prompt: prompt, ids: ids, answerTokens: count)
        }
        guard !samples.isEmpty else {
            throw ServingError(
                .badConversations,
                "\(path): none of its \(list.count) elements is a conversation whose question and answer have from "
                    + "\(shortest) to \(range.upperBound) tokens; expected the form of ShareGPT, "
                    + "[{\"conversations\": [{\"from\": \"human\", \"value\": …}, {\"from\": \"gpt\", \"value\": …}]}]")
        }
        return samples
    }

    private static func content(_ message: JSONValue) -> String? {
        message["value"]?.string ?? message["content"]?.string
    }
}
