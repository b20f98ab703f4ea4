import DeepSeekInference
import DeepSeekJSON
import DeepSeekTokenizer

/// Tokens as clients see them beside log-probabilities.
struct TokenNames: Sendable {
    let tokenizer: Tokenizer

    /// The text of one token; bytes that are no whole character become U+FFFD.
    func text(_ id: Int32) -> String { String(decoding: tokenizer.bytes(of: id) ?? [], as: UTF8.self) }

    /// An entry of `logprobs.content` of a chat completion.
    func entry(_ token: GeneratedToken) -> JSONValue? {
        guard let logprobs = token.logprobs else { return nil }
        var entry = describe(token.id, logprobs.chosen)
        entry["top_logprobs"] = .array(logprobs.top.map { .object(describe($0.id, $0.logprob)) })
        return .object(entry)
    }

    private func describe(_ id: Int32, _ logprob: Float) -> JSONObject {
        [
            "token": .string(text(id)), "logprob": .number(Self.finite(logprob)),
            "bytes": .array((tokenizer.bytes(of: id) ?? []).map { .integer(Int($0)) }),
        ]
    }

    /// JSON has no infinity, and OpenAI writes -9999 for what cannot be.
    static func finite(_ logprob: Float) -> Double { logprob.isFinite ? Double(logprob) : -9_999 }
}
