/// The fields that chat and text completions share besides sampling.
package struct AnswerFields: Sendable {
    package var model: String
    package var choices: Int
    package var stream: Bool
    package var includesUsage: Bool
    /// Nil takes the server's default.
    package var maximumTokens: Int?

    static let keys: Set<String> = ["model", "n", "stream", "stream_options", "max_tokens"]
    /// Fields of OpenAI's clients that say nothing about the answer: bookkeeping on their side.
    static let ignored: Set<String> = [
        "user", "user_id", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key",
        "prompt_cache_retention",
    ]
    static let maximumChoices = 32

    /// One answer.
    init(model: String, stream: Bool, maximumTokens: Int?) {
        (self.model, self.stream, self.maximumTokens) = (model, stream, maximumTokens)
        (choices, includesUsage) = (1, false)
    }

    init(_ fields: RequestFields) throws(APIError) {
        model = try fields.required("model", fields.string("model"))
        choices = try fields.integer("n", in: 1...Self.maximumChoices) ?? 1
        stream = try fields.bool("stream") ?? false
        maximumTokens = try fields.integer("max_tokens", in: 1...Int(Int32.max))
        let options = try fields.object("stream_options")
        try options?.refuseOthers(than: ["include_usage", "include_obfuscation"])
        includesUsage = try options?.bool("include_usage") ?? false
        if options != nil, !stream {
            throw fields.invalid("stream_options", "goes only with \"stream\": true")
        }
    }
}
