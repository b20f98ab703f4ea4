/// A constraint made ready for a vocabulary: compiled once, used by any number of answers.
// Unchecked: `automaton` is only touched by the thread that runs the model; all else never changes.
package final class CompiledConstraint: @unchecked Sendable {
    private let tables: ConstraintTables
    private var automaton: TokenAutomaton?

    /// - Parameter automatonBytes: about what is kept of states that were met; then they are forgotten.
    /// - Throws: ``ConstraintError`` as ``OutputConstraint`` says; `unsatisfiable` too if the vocabulary lacks the bytes.
    package init(
        _ constraint: OutputConstraint, trie: TokenTrie, automatonBytes: Int = 24 << 20
    ) throws(ConstraintError) {
        let program = try ProgramBuilder.program(try ConstraintGrammar.book(constraint))
        let costs = ProgramCosts(program, isAvailable: trie.isAvailable)
        tables = ConstraintTables(program: program, costs: costs, trie: trie, automatonBytes: automatonBytes)
        let start = Int(program.starts[0])
        guard costs.distance[start] < ProgramCosts.unreachable else {
            throw ConstraintError(
                .unsatisfiable,
                "no text satisfies the constraint; look for bounds that exclude each other, a recursion that every text "
                    + "would have to go on with, or a required property that may not be there")
        }
        guard costs.height[start] <= GrammarLimits.stackDepth else {
            throw ConstraintError(
                .tooComplex, "every text that satisfies the constraint is nested too deeply; use fewer levels")
        }
        // The ways to begin are counted here, so that too many of them are an error before anything is generated.
        _ = try ByteAutomaton(program, costs)
    }

    /// Bytes of the shortest text.
    package var shortestText: Int { Int(tables.costs.distance[Int(tables.program.starts[0])]) }

    var vocabularySize: Int { tables.trie.vocabularySize }

    /// Whether a whole text satisfies the constraint.
    package func accepts(_ text: some Sequence<UInt8>) throws(ConstraintError) -> Bool {
        let automaton = try ByteAutomaton(tables.program, tables.costs)
        var state = automaton.start
        for byte in text { state = try automaton.next(state, Int(tables.program.classOfByte[Int(byte)])) }
        return automaton.isAccepting(state)
    }

    /// Called by the thread that runs the model only.
    func currentAutomaton() throws(ConstraintError) -> TokenAutomaton {
        let latest = if let automaton { try automaton.current() } else { try TokenAutomaton(tables) }
        automaton = latest
        return latest
    }
}
