/// What the automata of one constraint have in common.
struct ConstraintTables: Sendable {
    let program: Program
    let costs: ProgramCosts
    let trie: TokenTrie
    /// About what an automaton may hold before the answers that go on move to a new one.
    let automatonBytes: Int
}
