import DeepSeekInference
import DeepSeekJSON

/// Examples of a JSON lines file (plain or gzip). Pairs: `chosen` and `rejected`, each a text or a list of messages that
/// ends with the assistant's, after `messages` or `prompt`; or each a whole conversation. Scores: `messages` that end with
/// the assistant's turn, or `prompt` and `response`, with a number from 0 to 1 under `score`.
package struct PreferenceFile {
    package enum Form: Sendable {
        case pairs
        case scores
    }

    private let path: String
    private let format: ChatFormat

    package init(_ path: String, _ format: ChatFormat) {
        self.path = path
        self.format = format
    }

    /// - Parameter limit: tokens that a conversation may have.
    /// - Throws: ``TrainingError`` `invalidData` with file and line.
    package func examples(_ form: Form, limit: Int) throws -> [PreferenceExample] {
        let reader = try DocumentReader(path: path, form: .jsonl, wantsConversations: true)
        var examples: [PreferenceExample] = []
        try reader.forEachValue { line, number, _ in
            let example: PreferenceExample
            do {
                example = form == .pairs ? try pair(line) : try scored(line)
            } catch {
                throw reader.error(number, "\(error)")
            }
            let longest = example.prompt.count + (example.answers.map(\.count).max() ?? 0)
            guard longest <= limit else {
                throw reader.error(
                    number,
                    "the conversation has \(longest) tokens, and a sequence \(limit); shorten it, or raise "
                        + "\"sequence.length\"")
            }
            examples.append(example)
        }
        guard !examples.isEmpty else { throw TrainingError(.invalidData, "\(path): there are no examples in it") }
        return examples
    }

    private func pair(_ line: JSONValue) throws -> PreferenceExample {
        let hasQuestion = line["messages"] != nil || line["prompt"] != nil
        let (chosen, rejected) = (
            try conversation(line, "chosen", hasQuestion: hasQuestion),
            try conversation(line, "rejected", hasQuestion: hasQuestion)
        )
        let (better, worse) = (try ids(chosen), try ids(rejected))
        guard better.prompt == worse.prompt else {
            throw TrainingError(.invalidData, "\"chosen\" and \"rejected\" must answer the same question")
        }
        guard better.answer != worse.answer else {
            throw TrainingError(.invalidData, "\"chosen\" and \"rejected\" are the same")
        }
        return PreferenceExample(
            prompt: better.prompt, judgement: .pair(chosen: better.answer, rejected: worse.answer))
    }

    private func scored(_ line: JSONValue) throws -> PreferenceExample {
        guard let score = line["score"]?.number, (0...1).contains(score) else {
            throw TrainingError(.invalidData, "a line needs a number from 0 to 1 under \"score\"")
        }
        let messages =
            if line["response"] != nil {
                try conversation(line, "response", hasQuestion: true)
            } else {
                line["messages"]?.array ?? []
            }
        let (prompt, answer) = try ids(messages)
        return PreferenceExample(prompt: prompt, judgement: .score(score, answer: answer))
    }

    /// The whole conversation with one of the answers.
    private func conversation(_ line: JSONValue, _ key: String, hasQuestion: Bool) throws(TrainingError) -> [JSONValue]
    {
        let question = hasQuestion ? try QuestionFile.messages(line) : []
        if let text = line[key]?.string {
            guard hasQuestion else {
                throw TrainingError(
                    .invalidData, "a line needs \"messages\" or \"prompt\" besides the text in \"\(key)\"")
            }
            return question + [["role": "assistant", "content": .string(text)]]
        }
        guard let messages = line[key]?.array, !messages.isEmpty else {
            throw TrainingError(.invalidData, "a line needs a text or a list of messages under \"\(key)\"")
        }
        return question + messages
    }

    /// Prompt and last answer.
    private func ids(_ messages: [JSONValue]) throws -> (prompt: [Int32], answer: [Int32]) {
        guard messages.last?["role"]?.string == "assistant" else {
            throw TrainingError(.invalidData, "the conversation must end with the assistant's turn")
        }
        let prompt = try format.ids(messages: Array(messages.dropLast()))
        let whole = try format.ids(messages: messages, addGenerationPrompt: false)
        guard whole.count > prompt.count, whole.starts(with: prompt) else {
            throw TrainingError(
                .invalidData,
                "the chat template does not write the answer after the question, so the two cannot be told apart")
        }
        return (prompt, Array(whole[prompt.count...]))
    }
}
