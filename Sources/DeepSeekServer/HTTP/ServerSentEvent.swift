import DeepSeekJSON

/// One event of an event stream.
package struct ServerSentEvent: Sendable, Hashable {
    package var name: String?
    package var data: String

    package init(_ value: JSONValue, name: String? = nil) {
        // JSON on one line never holds a line break.
        data = value.serialized()
        self.name = name
    }

    private init(text: String) { data = text }

    /// The last event of OpenAI's streams.
    static let done = ServerSentEvent(text: "[DONE]")

    /// A line that clients skip: it tells proxies and clients that the connection lives.
    static let keepAlive = ": keep-alive\n\n"

    var text: String { (name.map { "event: \($0)\n" } ?? "") + "data: \(data)\n\n" }
}
