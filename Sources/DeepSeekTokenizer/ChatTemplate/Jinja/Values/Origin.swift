/// Who wrote a piece of text. Only what the template wrote may become special tokens.
enum Origin: Sendable, Hashable {
    case template
    /// Given by the caller: tools, documents and other variables, and what a message holds beside the following.
    case content
    /// The content of the message at this index.
    case messageContent(Int)
    /// The tool calls of the message at this index.
    case toolCalls(Int)

    /// The origin of what is made from two pieces at once: content stays content, and the first names it.
    func combined(with other: Origin) -> Origin { self == .template ? other : self }
}
