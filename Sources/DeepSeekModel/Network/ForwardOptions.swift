/// Which of two equal ways of computing are taken.
public struct ForwardOptions: Sendable, Hashable {
    /// The two forms of Multi-head Latent Attention.
    public enum AttentionForm: String, Sendable, Hashable, CaseIterable {
        /// Expanded for prompts, absorbed for single tokens.
        case automatic
        /// Keys and values per head, expanded from the latents.
        case expanded
        /// Queries carried into the latent space; the cache itself is key and value.
        case absorbed
    }

    public var arithmetic: ArithmeticType
    public var attention: AttentionForm
    /// A row's bits do not depend on the batch, the chunks of its prompt or its neighbours. One form of attention is
    /// then used for every row (absorbed, unless `attention` says expanded), which slows prompts down.
    public var batchInvariant: Bool

    public init(
        arithmetic: ArithmeticType = .float32, attention: AttentionForm = .automatic, batchInvariant: Bool = false
    ) {
        self.arithmetic = arithmetic
        self.attention = attention
        self.batchInvariant = batchInvariant
    }

    /// From this many rows that share their keys on, expanding the keys costs less than carrying queries over.
    private static let expandedRows = 16

    /// The form for a run of `rows` tokens of one sequence.
    func form(rows: Int) -> AttentionForm {
        switch attention {
        case .expanded: .expanded
        case .absorbed: .absorbed
        case .automatic: batchInvariant || rows < Self.expandedRows ? .absorbed : .expanded
        }
    }
}
