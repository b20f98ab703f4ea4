/// What the automata of one constraint have in common.
struct ConstraintTables: Sendable {
    let program: Program
    let costs: ProgramCosts
    let trie: TokenTrie
}
