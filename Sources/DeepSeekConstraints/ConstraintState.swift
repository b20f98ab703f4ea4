/// How far an answer has come in its constraint: a value, to be copied where an answer may have to be taken back.
///
/// It belongs to the thread that runs the model.
package struct ConstraintState {
    private var automaton: TokenAutomaton
    private var state: ByteAutomaton.State
    /// Tokens that may be chosen where the text may end.
    private let ends: [Int32]
    /// Whether an end has been chosen.
    private var hasEnded = false
    /// Whether tokens were taken away so that the text could be completed within the answer's limit.
    package private(set) var isShortened = false

    /// - Parameter ends: tokens that end an answer, within the vocabulary.
    package init(_ constraint: CompiledConstraint, ends: [Int32]) throws(ConstraintError) {
        automaton = try constraint.currentAutomaton()
        state = automaton.bytes.start
        self.ends = ends.filter { (0..<constraint.vocabularySize).contains(Int($0)) }
    }

    /// Whether the text is complete and nothing may follow it.
    package var isComplete: Bool { hasEnded || automaton.bytes.isFinal(state) }

    /// Whether the text satisfies the constraint as it is.
    package var isAccepting: Bool { automaton.bytes.isAccepting(state) }

    /// Copies the logits of tokens that may follow, and gives all others −∞.
    ///
    /// - Parameters:
    ///   - logits: a row, `[vocabulary]`.
    ///   - scores: room for as many.
    ///   - remaining: tokens that the answer may still have, with the one that is chosen now.
    /// - Throws: ``ConstraintError`` `tooComplex`.
    package mutating func restrict(
        _ logits: UnsafeBufferPointer<Float>, into scores: UnsafeMutablePointer<Float>, remaining: Int
    ) throws(ConstraintError) {
        let current = try automaton.current()
        if current !== automaton {
            state = try current.bytes.adopt(state, of: automaton.bytes)
            automaton = current
        }
        let mayEnd = isAccepting && !ends.isEmpty
        let (words, isNarrowed) = try automaton.masks.mask(
            state, of: automaton.bytes, budget: remaining - 1, mayEnd: mayEnd)
        if isNarrowed { isShortened = true }
        var token = 0
        while token < logits.count {
            var word = words[token >> 6]
            let end = min(token + 64, logits.count)
            if word == 0 {
                (scores + token).update(repeating: -.infinity, count: end - token)
            } else {
                for index in token..<end {
                    scores[index] = word & 1 != 0 ? logits[index] : -.infinity
                    word >>= 1
                }
            }
            token = end
        }
        if mayEnd { for end in ends { scores[Int(end)] = logits[Int(end)] } }
    }

    /// Takes the chosen token along.
    package mutating func advance(_ token: Int32) throws(ConstraintError) {
        if ends.contains(token), isAccepting {
            hasEnded = true
        } else {
            state = try automaton.next(state, token: token)
        }
    }
}
