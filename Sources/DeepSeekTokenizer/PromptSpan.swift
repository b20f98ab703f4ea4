/// A piece of a rendered prompt that remembers who wrote it.
///
/// Added tokens (`<｜end▁of▁sentence｜>` and the like) are recognised in pieces of the template only, so that nothing a
/// user writes can become one.
public struct PromptSpan: Sendable, Hashable {
    public enum Origin: Sendable, Hashable {
        /// Written by the chat template.
        case template
        /// Came from a message, a tool or a document.
        case content
    }

    public var text: String
    public var origin: Origin

    public init(text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }
}
