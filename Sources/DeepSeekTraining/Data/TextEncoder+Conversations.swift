import DeepSeekJSON
import DeepSeekTokenizer

extension TextEncoder {
    /// A conversation as the chat template writes it; only the assistant's tokens are learned, and the end of sequence
    /// that closes a turn.
    ///
    /// Where a turn of the assistant begins and ends is found by rendering the conversation up to it: with the opening of
    /// an answer, and with the answer.
    func tokens(_ conversation: JSONMessages, place: (String) -> TrainingError) throws -> [Int32] {
        guard let template, let messages = conversation.messages.array else { return [] }
        let tools = conversation.tools?.array
        guard messages.contains(where: { $0["role"]?.string == "assistant" }) else {
            throw place("the conversation has no turn of the assistant, so there is nothing to learn")
        }
        func render(_ count: Int, opening: Bool) throws -> [Int32] {
            do {
                return tokenizer.encode(
                    try template.render(
                        messages: Array(messages[..<count]), tools: tools, addGenerationPrompt: opening,
                        variables: variables))
            } catch {
                throw place("\(error)")
            }
        }
        var ids = try render(messages.count, opening: false)
        var isLearned = [Bool](repeating: false, count: ids.count)
        for (index, message) in messages.enumerated() where message["role"]?.string == "assistant" {
            let before = try render(index, opening: true)
            let after = try render(index + 1, opening: false)
            guard before.count < after.count, after.count <= ids.count, ids.starts(with: before),
                ids.starts(with: after)
            else {
                throw place(
                    "the chat template writes turn \(index + 1) otherwise when more follow, so it cannot be told which "
                        + "tokens are the assistant's")
            }
            for position in before.count..<after.count { isLearned[position] = true }
        }
        guard ids.count <= conversationLimit ?? .max else {
            throw place(
                "the conversation has \(ids.count) tokens, and a sequence \(conversationLimit ?? 0); shorten it, or raise "
                    + "sequence.length")
        }
        for position in ids.indices where !isLearned[position] { ids[position] = ~ids[position] }
        return ids
    }
}
