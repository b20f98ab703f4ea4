import DeepSeekInference
import DeepSeekJSON

/// `logprobs` of a text completion: parallel lists over its tokens.
struct CompletionLogprobs {
    private let names: TokenNames
    private var tokens: [JSONValue] = []
    private var logprobs: [JSONValue] = []
    private var tops: [JSONValue] = []
    private var offsets: [JSONValue] = []
    /// Where the next token's text begins, in characters as Python counts them.
    private(set) var offset: Int

    init(_ names: TokenNames, offset: Int = 0) {
        self.names = names
        self.offset = offset
    }

    mutating func append(_ id: Int32, _ entry: TokenLogprobs?) {
        let text = names.text(id)
        tokens.append(.string(text))
        offsets.append(.integer(offset))
        offset += text.unicodeScalars.count
        guard let entry else {
            logprobs.append(.null)
            tops.append(.null)
            return
        }
        logprobs.append(.number(TokenNames.finite(entry.chosen)))
        var top: JSONObject = [:]
        // Different tokens may read alike; the likelier one counts.
        for alternative in entry.top {
            _ = top.insert(.number(TokenNames.finite(alternative.logprob)), forKey: names.text(alternative.id))
        }
        tops.append(.object(top))
    }

    var json: JSONValue {
        [
            "tokens": .array(tokens), "token_logprobs": .array(logprobs), "top_logprobs": .array(tops),
            "text_offset": .array(offsets),
        ]
    }
}
