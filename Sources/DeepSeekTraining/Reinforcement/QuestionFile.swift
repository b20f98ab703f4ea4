import DeepSeekInference
import DeepSeekJSON

/// Questions of a JSON lines file (plain or gzip): `messages` that end with the user's turn, or `prompt`, and whatever the
/// rewards want to know, such as `answer` or `tests`.
package struct QuestionFile {
    private let path: String
    private let format: ChatFormat

    package init(_ path: String, _ format: ChatFormat) {
        self.path = path
        self.format = format
    }

    /// - Parameters:
    ///   - limit: tokens that a prompt may have.
    ///   - check: whether the rewards find what they need; throws what is missing.
    /// - Throws: ``TrainingError`` `invalidData` with file and line.
    package func questions(limit: Int, check: (JSONValue) throws -> Void) throws -> [Question] {
        let reader = try DocumentReader(path: path, form: .jsonl, wantsConversations: true)
        var questions: [Question] = []
        try reader.forEachValue { line, number, _ in
            let prompt: [Int32]
            do {
                prompt = try format.ids(messages: Self.messages(line))
                try check(line)
            } catch {
                throw reader.error(number, "\(error)")
            }
            guard prompt.count <= limit else {
                throw reader.error(
                    number,
                    "the question has \(prompt.count) tokens, and with an answer at most \(limit) fit into a sequence; "
                        + "shorten it, raise \"sequence.length\", or lower \"rollout.tokens\"")
            }
            questions.append(Question(prompt: prompt, line: line, place: "\(path), line \(number)"))
        }
        guard !questions.isEmpty else { throw TrainingError(.invalidData, "\(path): there are no questions in it") }
        return questions
    }

    /// The conversation of a line.
    static func messages(_ line: JSONValue) throws(TrainingError) -> [JSONValue] {
        if let prompt = line["prompt"]?.string { return [["role": "user", "content": .string(prompt)]] }
        guard let messages = line["messages"]?.array ?? line["prompt"]?.array, let last = messages.last else {
            throw TrainingError(
                .invalidData,
                "a line must be an object with a list of messages under \"messages\", or a text under \"prompt\"")
        }
        guard last["role"]?.string != "assistant" else {
            throw TrainingError(
                .invalidData, "the conversation ends with the assistant's turn, and there is nothing left to answer")
        }
        return messages
    }
}
