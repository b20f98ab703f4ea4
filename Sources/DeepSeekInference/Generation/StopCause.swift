/// What ended an answer whose reason is ``FinishReason/stop``.
public enum StopCause: Sendable, Hashable {
    /// One of the model's own tokens for it.
    case endOfSequence(Int32)
    case token(Int32)
    case string(String)
    /// The answer satisfies its constraint, which lets nothing follow.
    case constraint
}
