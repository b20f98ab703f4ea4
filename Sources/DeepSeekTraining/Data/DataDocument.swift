/// One text of a data file, or a piece of one that is long.
struct DataDocument: Sendable {
    /// What is learned: for a conversation, its messages as JSON.
    var content: Content
    /// Whether it goes on where the document before it stopped.
    var continues: Bool
    /// From 1, for messages.
    var line: Int

    enum Content: Sendable {
        case text(String)
        case messages(JSONMessages)
    }
}
