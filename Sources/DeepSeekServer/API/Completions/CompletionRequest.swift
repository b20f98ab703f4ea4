import DeepSeekConstraints
import DeepSeekInference
import DeepSeekJSON

/// The body of `POST /completions`.
package struct CompletionRequest: Sendable {
    package var answer: AnswerFields
    package var prompts: [CompletionPrompt]
    /// What comes after the gap that the answer fills.
    package var suffix: String?
    /// The answer begins with the prompt.
    package var echo: Bool
    package var sampling: SamplingParameters
    /// Of the text of the answer; nil for any.
    var constraint: OutputConstraint?
    /// No answer at all, only the prompt given back: `max_tokens` of 0 with `echo`.
    package var scoresOnly: Bool

    package static let keys: Set<String> =
        AnswerFields.keys.union(AnswerFields.ignored).union(SamplingFields.keys).union([
            "prompt", "suffix", "echo", "logprobs", "best_of",
        ]).union(ResponseFormat.keys)

    package init(_ fields: RequestFields) throws(APIError) {
        try fields.refuseOthers(than: Self.keys)
        var rest = fields
        scoresOnly = fields["max_tokens"] == 0
        if scoresOnly {
            var members = fields.members
            members["max_tokens"] = nil
            rest = RequestFields(members)
        }
        answer = try AnswerFields(rest)
        prompts = try CompletionPrompt.parse(fields)
        suffix = try fields.string("suffix")
        echo = try fields.bool("echo") ?? false
        sampling = try SamplingFields.parse(fields)
        constraint = try ResponseFormat.constraint(fields)
        sampling.logprobs = try fields.integer("logprobs", in: 0...SamplingParameters.maximumLogprobs)
        if let best = try fields.integer("best_of", in: 1...AnswerFields.maximumChoices), best != answer.choices {
            throw fields.invalid("best_of", "must equal n: choosing among answers is not supported")
        }
        if scoresOnly, answer.stream { throw fields.invalid("max_tokens", "is 0, and there is nothing to stream") }
        if scoresOnly, !echo { throw fields.invalid("max_tokens", "is 0, which goes only with \"echo\": true") }
        if echo, suffix != nil { throw fields.invalid("suffix", "does not go with echo") }
        guard prompts.count * answer.choices <= CompletionPrompt.maximumPrompts else {
            throw fields.invalid(
                "n", "times the number of prompts is more than the \(CompletionPrompt.maximumPrompts) that go")
        }
    }
}
