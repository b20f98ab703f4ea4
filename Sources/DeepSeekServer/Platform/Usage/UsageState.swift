/// How far a request has come.
package enum UsageState: String, Sendable, Hashable, CaseIterable {
    case open
    case done
    /// The client went away, or the server had to end.
    case cancelled
    /// The server failed; what was sent before is charged.
    case failed
    /// The process ended in the middle; closed at the next start with the tokens already sent.
    case cut
}
