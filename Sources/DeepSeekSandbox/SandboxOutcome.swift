/// How a program in a ``Sandbox`` ended.
public struct SandboxOutcome: Sendable, Hashable {
    public enum Ending: Sendable, Hashable {
        case exited(Int32)
        /// By a signal, such as that of a limit.
        case killed(signal: Int32)
        case timedOut
    }

    public var ending: Ending
    /// What it printed, errors too, as far as it was kept.
    public var output: String
    /// Why it had a network; nil where it had none.
    public var networkReason: String?

    public var succeeded: Bool { ending == .exited(0) }
}
