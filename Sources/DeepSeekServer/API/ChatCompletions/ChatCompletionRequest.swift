import DeepSeekConstraints
import DeepSeekInference
import DeepSeekJSON

/// The body of `POST /chat/completions`.
package struct ChatCompletionRequest: Sendable {
    package var answer: AnswerFields
    package var messages: [JSONValue]
    /// The last message is the beginning of the answer.
    package var continuesLast: Bool
    package var sampling: SamplingParameters
    var tools: ToolFields
    /// Of the text of the answer; nil for any.
    var constraint: OutputConstraint?

    package static let keys: Set<String> =
        AnswerFields.keys.union(AnswerFields.ignored).union(SamplingFields.keys).union([
            "messages", "max_completion_tokens", "logprobs", "top_logprobs",
        ]).union(ToolFields.keys).union(ResponseFormat.keys)

    package init(_ fields: RequestFields) throws(APIError) {
        try fields.refuseOthers(than: Self.keys)
        answer = try AnswerFields(fields)
        (messages, continuesLast) = try ChatMessages.parse(fields)
        sampling = try SamplingFields.parse(fields)
        tools = try ToolFields(fields)
        constraint = try ResponseFormat.constraint(fields)
        if constraint != nil, !tools.functions.isEmpty {
            throw fields.invalid("response_format", "does not go with tools that may be called")
        }
        if let tokens = try fields.integer("max_completion_tokens", in: 1...Int(Int32.max)) {
            guard answer.maximumTokens == nil else {
                throw fields.invalid("max_completion_tokens", "means the same as max_tokens; send one of them")
            }
            answer.maximumTokens = tokens
        }
        let top = try fields.integer("top_logprobs", in: 0...SamplingParameters.maximumLogprobs)
        if try fields.bool("logprobs") ?? false {
            sampling.logprobs = top ?? 0
        } else if top != nil {
            throw fields.invalid("top_logprobs", "goes only with \"logprobs\": true")
        }
    }
}
