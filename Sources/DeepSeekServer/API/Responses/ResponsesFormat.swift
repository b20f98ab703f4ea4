import DeepSeekInference
import DeepSeekJSON

/// Responses of one message of text, whole and as the events of a stream.
struct ResponsesFormat: AnswerFormat {
    private let id: String
    private let messageID: String
    private let created: Int
    private let model: String
    private let request: ResponsesRequest
    private var text = ""
    private var sequence = 0
    private var reason = FinishReason.stop

    init(_ request: ResponsesRequest, id: String, created: Int, model: ServedModel) {
        self.request = request
        self.id = id
        self.created = created
        self.model = model.id
        messageID = Identifier.make("msg_")
    }

    // MARK: Streamed

    mutating func begin() -> [ServerSentEvent] {
        let response = response("in_progress", output: [], usage: nil)
        return [
            event("response.created", ["response": response]),
            event("response.in_progress", ["response": response]),
            event("response.output_item.added", ["output_index": 0, "item": message("in_progress", content: [])]),
            event("response.content_part.added", place(["part": part("")])),
        ]
    }

    mutating func token(_ token: GeneratedToken, choice: Int) -> [ServerSentEvent] { delta(token.text ?? "") }

    mutating func end(_ result: GenerationResult, choice: Int) -> [ServerSentEvent] {
        reason = result.finishReason
        return delta(result.remainingText ?? "") + [
            event("response.output_text.done", place(["text": .string(text)])),
            event("response.content_part.done", place(["part": part(text)])),
            event("response.output_item.done", ["output_index": 0, "item": message(status, content: [part(text)])]),
        ]
    }

    mutating func finish(_ usage: TokenUsage) -> [ServerSentEvent] {
        let response = response(status, output: [message(status, content: [part(text)])], usage: usage)
        return [event("response.\(status)", ["response": response])]
    }

    private mutating func delta(_ piece: String) -> [ServerSentEvent] {
        guard !piece.isEmpty else { return [] }
        text += piece
        return [event("response.output_text.delta", place(["delta": .string(piece)]))]
    }

    private mutating func event(_ name: String, _ members: JSONObject) -> ServerSentEvent {
        var object: JSONObject = ["type": .string(name), "sequence_number": .integer(sequence)]
        for (key, value) in members { object[key] = value }
        sequence += 1
        return ServerSentEvent(.object(object), name: name)
    }

    private func place(_ members: JSONObject) -> JSONObject {
        var object: JSONObject = ["item_id": .string(messageID), "output_index": 0, "content_index": 0]
        for (key, value) in members { object[key] = value }
        return object
    }

    // MARK: Whole

    func whole(_ answers: [GeneratedAnswer], _ usage: TokenUsage) -> JSONValue {
        var format = self
        format.text = answers.first?.text ?? ""
        format.reason = answers.first?.result.finishReason ?? .stop
        return format.response(
            format.status, output: [format.message(format.status, content: [format.part(format.text)])], usage: usage)
    }

    // MARK: Parts

    private var status: String { reason == .stop ? "completed" : "incomplete" }

    private func part(_ text: String) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": []]
    }

    private func message(_ status: String, content: [JSONValue]) -> JSONValue {
        [
            "id": .string(messageID), "type": "message", "status": .string(status), "role": "assistant",
            "content": .array(content),
        ]
    }

    private func response(_ status: String, output: [JSONValue], usage: TokenUsage?) -> JSONValue {
        let isCut = status == "incomplete"
        let details: JSONValue = isCut ? ["reason": "max_output_tokens"] : nil
        return [
            "id": .string(id), "object": "response", "created_at": .integer(created), "status": .string(status),
            "error": nil, "incomplete_details": details, "instructions": request.instructions,
            "max_output_tokens": request.maximumTokens.map { .integer($0) } ?? .null, "metadata": request.metadata,
            "model": .string(model), "output": .array(output), "parallel_tool_calls": false,
            "previous_response_id": nil, "store": false,
            "temperature": request.sampling.temperature.map { .number($0) } ?? .null, "tool_choice": "none",
            "tools": [], "top_p": request.sampling.topP.map { .number($0) } ?? .null, "truncation": "disabled",
            "usage": usage.map(Self.usage) ?? .null,
        ]
    }

    private static func usage(_ usage: TokenUsage) -> JSONValue {
        [
            "input_tokens": .integer(usage.promptTokens),
            "input_tokens_details": ["cached_tokens": .integer(usage.promptCacheHitTokens)],
            "output_tokens": .integer(usage.completionTokens), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .integer(usage.totalTokens),
        ]
    }
}
