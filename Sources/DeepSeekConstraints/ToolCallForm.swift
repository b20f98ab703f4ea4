import DeepSeekTokenizer

/// How a model writes calls: all between `opening` and `closing`, each between `callOpening` and `callClosing`.
public struct ToolCallForm: Sendable, Hashable {
    public var opening: String
    public var closing: String
    public var callOpening: String
    public var callClosing: String
    /// Between two calls.
    public var separator: String
    /// What stands between name and arguments; nil if a call is one object, `{"name": …, "arguments": …}`.
    public var nameEnd: String?

    public init(
        opening: String = "", closing: String = "", callOpening: String, callClosing: String, separator: String = "\n",
        nameEnd: String? = nil
    ) {
        self.opening = opening
        self.closing = closing
        self.callOpening = callOpening
        self.callClosing = callClosing
        self.separator = separator
        self.nameEnd = nameEnd
    }

    /// What `ToolFallback` asks of models whose templates know no tools.
    public static let tagged = ToolCallForm(
        callOpening: ToolFallback.callOpening, callClosing: ToolFallback.callClosing)

    /// As the templates of DeepSeek-V2.5 and later have it.
    public static let deepSeek = ToolCallForm(
        opening: "<｜tool▁calls▁begin｜>", closing: "<｜tool▁calls▁end｜>",
        callOpening: "<｜tool▁call▁begin｜>function<｜tool▁sep｜>", callClosing: "\n```<｜tool▁call▁end｜>",
        nameEnd: "\n```json\n")
}
