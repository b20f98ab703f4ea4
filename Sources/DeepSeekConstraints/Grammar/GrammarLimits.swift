/// Bounds that keep what strangers send small enough to compile in well under a second or two, and to keep.
enum GrammarLimits {
    /// Of an automaton over scalars, before it becomes part of a program.
    static let graphNodes = 200_000
    /// Of a whole program.
    static let programNodes = 1_000_000
    static let programEdges = 4_000_000
    /// Schemas within schemas, and references that lead to nothing but references.
    static let schemaDepth = 128
    /// Rules that wait for the end of others while text is written; JSON of any schema has about two per level.
    static let stackDepth: Int32 = 160
    /// Ways in which a text so far can be read.
    static let configurations = 50_000
}
