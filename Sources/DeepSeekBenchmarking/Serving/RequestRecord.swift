import DeepSeekJSON

/// What came of one request, and when.
struct RequestRecord: Sendable {
    typealias Instant = ContinuousClock.Instant

    let prompt: Int
    let start: Instant
    private(set) var end: Instant
    /// Of the first and of the last piece of the answer's text.
    private var first: Instant?
    private var last: Instant?
    /// Seconds between pieces.
    private(set) var gaps: [Double] = []
    private(set) var pieces = 0
    private(set) var text = ""
    private var isEnded = false
    private var usage: JSONValue?
    /// Comment lines in the stream.
    var keepAlives = 0
    /// The status of the answer; nil if none came.
    var status: Int?
    /// In a few words: what the statistics count. Nil for an answer that is complete.
    var failure: String?
    /// What the server or the system said about it.
    var reason = ""

    init(prompt: Int, start: Instant = .now) {
        (self.prompt, self.start, end) = (prompt, start, start)
    }

    /// Takes an event of the answer's stream.
    mutating func note(_ data: String, at now: Instant) {
        guard data != "[DONE]" else { return isEnded = true }
        guard let event = try? JSONValue(parsing: data) else { return fail("no JSON in the stream", data) }
        if let error = event["error"], !error.isNull {
            let name = error["code"]?.string ?? error["type"]?.string
            return fail("error in the stream" + (name.map { ": \($0)" } ?? ""), error["message"]?.string ?? data)
        }
        if let usage = event["usage"], !usage.isNull { self.usage = usage }
        guard let choice = event["choices"]?[0] else { return }
        if let reason = choice["finish_reason"], !reason.isNull { isEnded = true }
        guard let piece = choice["text"]?.string ?? choice["delta"]?["content"]?.string, !piece.isEmpty else { return }
        if let last { gaps.append(last.duration(to: now) / .seconds(1)) }
        if first == nil { first = now }
        last = now
        pieces += 1
        text += piece
    }

    private mutating func fail(_ failure: String, _ reason: String) {
        (self.failure, self.reason) = (self.failure ?? failure, reason)
    }

    mutating func finish(at now: Instant = .now) {
        end = now
        if failure == nil, !isEnded { fail("cut off", "the stream ended before the answer") }
    }

    /// By the server's count; by the pieces of text where it gives none.
    var answerTokens: Int { usage?["completion_tokens"]?.integer ?? pieces }
    var promptTokens: Int { usage?["prompt_tokens"]?.integer ?? 0 }
    var cachedTokens: Int {
        usage?["prompt_cache_hit_tokens"]?.integer ?? usage?["prompt_tokens_details"]?["cached_tokens"]?.integer ?? 0
    }
    var isCounted: Bool { usage?["completion_tokens"]?.integer != nil }

    /// Seconds. Of an answer without text, such as one of control characters only, the whole.
    var timeToFirstToken: Double { start.duration(to: first ?? end) / .seconds(1) }
    var latency: Double { start.duration(to: end) / .seconds(1) }
    /// Seconds between tokens, on the average of the answer; nil for answers of one token.
    var timePerToken: Double? {
        guard let first, answerTokens > 1 else { return nil }
        return first.duration(to: last ?? first) / .seconds(1) / Double(answerTokens - 1)
    }
}
