/// What a pattern says, as a tree.
package indirect enum PatternNode {
    case empty
    /// One scalar of the set.
    case set(ScalarSet)
    case sequence([PatternNode])
    /// The first that leads to a match of the whole wins.
    case alternatives([PatternNode])
    /// `maximum` nil: without end. A lazy repetition prefers fewer.
    case repetition(PatternNode, minimum: Int, maximum: Int?, isLazy: Bool)
    /// The beginning of the text; in ``PatternDialect/output`` only.
    case textStart
    /// Succeeds without consuming if the node matches here (or, negative, if it does not).
    case lookahead(PatternNode, isNegative: Bool)
}
