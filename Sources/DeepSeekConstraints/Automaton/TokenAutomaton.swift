/// An automaton over tokens, for all answers of one constraint. It belongs to the thread that runs the model.
final class TokenAutomaton {
    private let tables: ConstraintTables
    let bytes: ByteAutomaton
    let masks: TokenMasks
    private var successor: TokenAutomaton?

    init(_ tables: ConstraintTables) throws(ConstraintError) {
        self.tables = tables
        bytes = try ByteAutomaton(tables.program, tables.costs)
        masks = TokenMasks(tables.trie)
    }

    private var isFull: Bool { bytes.byteCount > tables.automatonBytes }

    /// This one, or the one in its place.
    func current() throws(ConstraintError) -> TokenAutomaton {
        var automaton = self
        while automaton.isFull {
            let next: TokenAutomaton
            if let successor = automaton.successor {
                next = successor
            } else {
                next = try TokenAutomaton(tables)
                automaton.successor = next
            }
            automaton = next
        }
        return automaton
    }

    /// The state after a token; dead if it may not follow.
    func next(_ state: ByteAutomaton.State, token: Int32) throws(ConstraintError) -> ByteAutomaton.State {
        let text = tables.trie.bytes(of: token)
        guard !text.isEmpty else { return ByteAutomaton.dead }
        var state = state
        for byte in text where state != ByteAutomaton.dead {
            state = try bytes.next(state, Int(tables.program.classOfByte[Int(byte)]))
        }
        return state
    }
}
