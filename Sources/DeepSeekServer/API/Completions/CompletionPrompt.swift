import DeepSeekJSON

/// One text to go on from.
package enum CompletionPrompt: Sendable, Hashable {
    case text(String)
    case ids([Int32])

    static let maximumPrompts = 256

    /// A string, an array of strings, an array of token ids, or an array of such arrays.
    static func parse(_ fields: RequestFields) throws(APIError) -> [CompletionPrompt] {
        let value = try fields.required("prompt", fields["prompt"])
        if let text = value.string { return [.text(text)] }
        guard let elements = value.array else {
            throw fields.mistyped("prompt", "a string, token ids, or an array of them", value)
        }
        guard let first = elements.first else { throw fields.invalid("prompt", "is empty; it needs at least one text") }
        if first.number != nil { return [.ids(try SamplingFields.tokenIDs(elements, fields, "prompt"))] }
        guard elements.count <= maximumPrompts else {
            throw fields.invalid("prompt", "holds \(elements.count) texts, and at most \(maximumPrompts) go")
        }
        var prompts: [CompletionPrompt] = []
        for (index, element) in elements.enumerated() {
            let key = "prompt[\(index)]"
            if let text = element.string {
                prompts.append(.text(text))
            } else if let ids = element.array {
                prompts.append(.ids(try SamplingFields.tokenIDs(ids, fields, key)))
            } else {
                throw fields.mistyped(key, "a string or an array of token ids", element)
            }
        }
        return prompts
    }
}
