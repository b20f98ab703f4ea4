import DeepSeekConstraints
import DeepSeekInference
import DeepSeekJSON

/// Chat completions: `chat.completion`, and `chat.completion.chunk` when streamed.
struct ChatCompletionFormat: AnswerFormat {
    private let id: String
    private let created: Int
    private let model: String
    private let fingerprint: String
    private let names: TokenNames
    private let reportsLogprobs: Bool
    private let includesUsage: Bool
    /// Nil when no tools were offered.
    private let form: ToolCallForm?
    private var choices: [Choice]

    private struct Choice {
        var parser: ToolCallParser?
        var calls = 0
    }

    init(_ request: ChatCompletionRequest, id: String, created: Int, model: ServedModel, form: ToolCallForm?) {
        self.id = id
        self.created = created
        self.model = model.id
        self.form = form
        fingerprint = model.fingerprint
        names = TokenNames(tokenizer: model.tokenizer)
        reportsLogprobs = request.sampling.logprobs != nil
        includesUsage = request.answer.includesUsage
        choices = Array(
            repeating: Choice(parser: form.map { ToolCallParser($0) }), count: request.answer.choices)
    }

    // MARK: Streamed

    func begin() -> [ServerSentEvent] {
        choices.indices.map { chunk($0, delta: ["role": "assistant", "content": ""]) }
    }

    mutating func token(_ token: GeneratedToken, choice: Int) -> [ServerSentEvent] {
        var events = deltas(token.text ?? "", choice: choice)
        if reportsLogprobs, let entry = names.entry(token) {
            // Each entry goes with the text of its token, or with none where that is not certain yet.
            let delta = events.popLast() ?? ["content": ""]
            return events.map { chunk(choice, delta: $0) } + [chunk(choice, delta: delta, logprobs: entry)]
        }
        return events.map { chunk(choice, delta: $0) }
    }

    mutating func end(_ result: GenerationResult, choice: Int) -> [ServerSentEvent] {
        var events = deltas(result.remainingText ?? "", choice: choice)
        if var parser = choices[choice].parser {
            for piece in parser.finish() { events.append(delta(piece, choice: choice)) }
        }
        let reason = Self.reason(result.finishReason, calls: choices[choice].calls)
        return events.map { chunk(choice, delta: $0) } + [chunk(choice, delta: [:], reason: reason)]
    }

    func finish(_ usage: TokenUsage) -> [ServerSentEvent] {
        guard includesUsage else { return [.done] }
        var members = head("chat.completion.chunk")
        members["choices"] = []
        members["usage"] = usage.apiJSON
        return [ServerSentEvent(.object(members)), .done]
    }

    private mutating func deltas(_ text: String, choice: Int) -> [JSONObject] {
        guard !text.isEmpty else { return [] }
        guard choices[choice].parser != nil else { return [["content": .string(text)]] }
        let pieces = choices[choice].parser?.append(text) ?? []
        return pieces.map { delta($0, choice: choice) }
    }

    private mutating func delta(_ piece: ToolCallParser.Piece, choice: Int) -> JSONObject {
        switch piece {
        case .text(let text): return ["content": .string(text)]
        case .call(let call):
            let index = choices[choice].calls
            choices[choice].calls += 1
            var members = Self.json(call)
            members["index"] = .integer(index)
            return ["tool_calls": [.object(members)]]
        }
    }

    private func chunk(
        _ choice: Int, delta: JSONObject, logprobs: JSONValue? = nil, reason: String? = nil
    ) -> ServerSentEvent {
        var members = head("chat.completion.chunk")
        members["choices"] = [
            [
                "index": .integer(choice), "delta": .object(delta),
                "logprobs": logprobs.map { ["content": [$0], "refusal": nil] } ?? .null,
                "finish_reason": reason.map { .string($0) } ?? .null,
            ]
        ]
        if includesUsage { members["usage"] = .null }
        return ServerSentEvent(.object(members))
    }

    // MARK: Whole

    func whole(_ answers: [GeneratedAnswer], _ usage: TokenUsage) -> JSONValue {
        var members = head("chat.completion")
        members["choices"] = .array(answers.enumerated().map { choice($0.offset, $0.element) })
        members["usage"] = usage.apiJSON
        return .object(members)
    }

    private func choice(_ index: Int, _ answer: GeneratedAnswer) -> JSONValue {
        var (content, calls) = (answer.text ?? "", [ToolCallParser.Call]())
        if let form {
            var parser = ToolCallParser(form)
            let pieces = parser.append(content) + parser.finish()
            content = ""
            for piece in pieces {
                switch piece {
                case .text(let text): content += text
                case .call(let call): calls.append(call)
                }
            }
        }
        var message: JSONObject = ["role": "assistant"]
        message["content"] = content.isEmpty && !calls.isEmpty ? .null : .string(content)
        if !calls.isEmpty { message["tool_calls"] = .array(calls.map { .object(Self.json($0)) }) }
        let entries = reportsLogprobs ? answer.tokens.compactMap(names.entry) : nil
        return [
            "index": .integer(index), "message": .object(message),
            "logprobs": entries.map { ["content": .array($0), "refusal": nil] } ?? .null,
            "finish_reason": .string(Self.reason(answer.result.finishReason, calls: calls.count)),
        ]
    }

    // MARK: Parts

    private func head(_ object: String) -> JSONObject {
        [
            "id": .string(id), "object": .string(object), "created": .integer(created), "model": .string(model),
            "system_fingerprint": .string(fingerprint),
        ]
    }

    private static func json(_ call: ToolCallParser.Call) -> JSONObject {
        [
            "id": .string(Identifier.make("call_")), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
        ]
    }

    private static func reason(_ reason: FinishReason, calls: Int) -> String {
        reason == .stop && calls > 0 ? "tool_calls" : reason.apiName
    }
}
