/// Why an answer ended.
public enum FinishReason: String, Sendable, Hashable, CaseIterable {
    /// The model ended it, or a stop string or stop token was met.
    case stop
    /// The limit of tokens was reached, or the context is full.
    case length
    /// Nobody wanted the rest.
    case cancelled
    /// The request's deadline passed; what was computed before it was delivered.
    case deadline
}
