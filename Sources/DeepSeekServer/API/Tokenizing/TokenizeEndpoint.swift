import DeepSeekInference
import DeepSeekJSON
import Hummingbird

/// `POST /tokenize`: the tokens of a text, as it is, or of a conversation, as the model gets it.
struct TokenizeEndpoint: Sendable {
    static let keys: Set<String> = ["model", "prompt", "messages", "add_special_tokens"]

    let service: APIService

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await service.caller(of: request)
        let fields = try await JSONBody.read(request, limits: service.settings.limits)
        try fields.refuseOthers(than: Self.keys)
        let model = try service.host.require()
        if let name = try fields.string("model") { try model.check(name) }
        let ids = try tokens(fields, model)
        return .json([
            "tokens": .array(ids.map { .integer(Int($0)) }), "count": .integer(ids.count),
            "max_model_len": .integer(model.language.contextLength),
        ])
    }

    private func tokens(_ fields: RequestFields, _ model: ServedModel) throws -> [Int32] {
        guard let text = try fields.string("prompt") else {
            guard fields["messages"] != nil else {
                throw APIError(.missingField, "prompt or messages is missing", parameter: "prompt")
            }
            let (messages, continuesLast) = try ChatMessages.parse(fields)
            return continuesLast
                ? try model.format.ids(continuing: messages) : try model.format.ids(messages: messages)
        }
        let addsBeginning = try fields.bool("add_special_tokens") ?? true
        return addsBeginning
            ? model.format.ids(text: text, matchingSpecialTokens: false)
            : model.tokenizer.encode(text, matchingSpecialTokens: false)
    }
}
