/// How a prompt is sent.
public enum PromptForm: String, Sendable, Hashable, CaseIterable {
    /// Token ids to `/completions`: as many tokens as were asked for, whatever the server's vocabulary.
    case ids
    /// Words to `/completions`, each of which is one token in most vocabularies.
    case text
    /// Words to `/chat/completions`, where the template adds some tokens. What is shared is the system's message.
    case chat

    var path: String { self == .chat ? "/chat/completions" : "/completions" }
}
