/// AdamW's constants (section 3.1.2), and clipping.
public struct OptimizerOptions: Sendable, Hashable {
    public var beta1 = 0.9
    public var beta2 = 0.95
    public var epsilon = 1e-8
    public var decay = 0.1
    /// Whether norms and biases decay too.
    public var decaysVectors = false
    /// The largest norm of all gradients together.
    public var clip = 1.0

    public init() {}
}
