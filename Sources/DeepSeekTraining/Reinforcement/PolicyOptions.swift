/// The constants of GRPO's loss.
public struct PolicyOptions: Sendable, Hashable {
    public enum Ratio: String, Sendable, Hashable, CaseIterable {
        /// π(o_t) / π_old(o_t) of each token, averaged over an answer: the form of DeepSeekMath, which the report takes
        /// GRPO from.
        case token
        /// π(o) / π_old(o) of a whole answer, as the report's equation 32 is written.
        case sequence
    }

    /// ε: a ratio beyond 1 ± ε is not pushed further.
    public var clip = 0.2
    /// β, of the divergence from the reference. 0 needs no reference.
    public var divergenceWeight = 0.04
    public var ratio = Ratio.token
    /// The largest weight by which an answer counts for the difference between π_old and the engine that drew it
    /// (truncated importance sampling); nil for no correction.
    public var importanceLimit: Double? = 2

    public init() {}
}
