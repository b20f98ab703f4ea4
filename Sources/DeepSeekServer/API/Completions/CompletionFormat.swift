import DeepSeekInference
import DeepSeekJSON

/// Text completions: `text_completion`, whole and streamed.
struct CompletionFormat: AnswerFormat {
    /// What precedes an answer when it begins with its prompt.
    struct Echo: Sendable {
        var text: String
        var ids: [Int32]
        /// Nil unless log-probabilities are wanted.
        var scores: [TokenLogprobs?]?
    }

    private let id: String
    private let created: Int
    private let model: String
    private let fingerprint: String
    private let names: TokenNames
    private let includesUsage: Bool
    private let reportsLogprobs: Bool
    /// For each prompt; empty without echo.
    private let echoes: [Echo]
    private let choicesPerPrompt: Int
    private let choiceCount: Int
    private var offsets: [Int]

    init(_ request: CompletionRequest, id: String, created: Int, model: ServedModel, echoes: [Echo]) {
        self.id = id
        self.created = created
        self.model = model.id
        self.echoes = echoes
        fingerprint = model.fingerprint
        names = TokenNames(tokenizer: model.tokenizer)
        includesUsage = request.answer.includesUsage
        reportsLogprobs = request.sampling.logprobs != nil
        choicesPerPrompt = request.answer.choices
        choiceCount = request.prompts.count * request.answer.choices
        offsets = Array(repeating: 0, count: choiceCount)
    }

    private func echo(_ choice: Int) -> Echo? { echoes.isEmpty ? nil : echoes[choice / choicesPerPrompt] }

    // MARK: Streamed

    mutating func begin() -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for choice in 0..<choiceCount {
            guard let echo = echo(choice) else { continue }
            let logprobs = logprobs(of: echo)
            offsets[choice] = logprobs?.offset ?? 0
            events.append(chunk(choice, echo.text, logprobs: logprobs?.json))
        }
        return events
    }

    mutating func token(_ token: GeneratedToken, choice: Int) -> [ServerSentEvent] {
        let text = token.text ?? ""
        guard reportsLogprobs else { return text.isEmpty ? [] : [chunk(choice, text)] }
        var logprobs = CompletionLogprobs(names, offset: offsets[choice])
        logprobs.append(token.id, token.logprobs)
        offsets[choice] = logprobs.offset
        return [chunk(choice, text, logprobs: logprobs.json)]
    }

    func end(_ result: GenerationResult, choice: Int) -> [ServerSentEvent] {
        [chunk(choice, result.remainingText ?? "", reason: result.finishReason.apiName)]
    }

    func finish(_ usage: TokenUsage) -> [ServerSentEvent] {
        guard includesUsage else { return [.done] }
        var members = head
        members["choices"] = []
        members["usage"] = usage.apiJSON
        return [ServerSentEvent(.object(members)), .done]
    }

    private func chunk(
        _ choice: Int, _ text: String, logprobs: JSONValue? = nil, reason: String? = nil
    ) -> ServerSentEvent {
        var members = head
        members["choices"] = [self.choice(choice, text, logprobs, reason)]
        if includesUsage { members["usage"] = .null }
        return ServerSentEvent(.object(members))
    }

    // MARK: Whole

    func whole(_ answers: [GeneratedAnswer], _ usage: TokenUsage) -> JSONValue {
        var members = head
        members["choices"] = .array(
            answers.enumerated().map { index, answer in
                let echo = echo(index)
                var logprobs = reportsLogprobs ? CompletionLogprobs(names) : nil
                if let echo, let scores = echo.scores {
                    for (id, score) in zip(echo.ids, scores) { logprobs?.append(id, score) }
                }
                for token in answer.tokens { logprobs?.append(token.id, token.logprobs) }
                return choice(
                    index, (echo?.text ?? "") + (answer.text ?? ""), logprobs?.json,
                    answer.result.finishReason.apiName)
            })
        members["usage"] = usage.apiJSON
        return .object(members)
    }

    /// Prompts given back with no answer.
    func scored(_ usage: TokenUsage) -> JSONValue {
        var members = head
        members["choices"] = .array(
            (0..<choiceCount).map { index in
                let echo = echo(index)
                return choice(index, echo?.text ?? "", echo.flatMap { logprobs(of: $0)?.json }, "length")
            })
        members["usage"] = usage.apiJSON
        return .object(members)
    }

    // MARK: Parts

    private func logprobs(of echo: Echo) -> CompletionLogprobs? {
        guard let scores = echo.scores else { return nil }
        var logprobs = CompletionLogprobs(names)
        for (id, score) in zip(echo.ids, scores) { logprobs.append(id, score) }
        return logprobs
    }

    private func choice(_ index: Int, _ text: String, _ logprobs: JSONValue?, _ reason: String?) -> JSONValue {
        [
            "index": .integer(index), "text": .string(text), "logprobs": logprobs ?? .null,
            "finish_reason": reason.map { .string($0) } ?? .null,
        ]
    }

    private var head: JSONObject {
        [
            "id": .string(id), "object": "text_completion", "created": .integer(created), "model": .string(model),
            "system_fingerprint": .string(fingerprint),
        ]
    }
}
