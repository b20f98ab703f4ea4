/// Which tokens may follow in each state of an automaton: computed when first asked for, and kept while there is room.
final class TokenMasks {
    /// A bit for each token.
    typealias Words = UnsafeMutablePointer<UInt64>

    private struct Mask {
        var words: Words
        /// The largest distance to the end of a text after any of the tokens.
        var farthest: Int32
    }

    private static let kept = 256

    private let trie: TokenTrie
    private let wordCount: Int
    private var masks: [Mask] = []
    private var used = 0
    private var maskOfState: [ByteAutomaton.State: Int] = [:]
    /// For a mask that holds near the end of an answer only.
    private let passing: Words
    /// The states along the way to a node of the trie, by depth.
    private let path: UnsafeMutablePointer<ByteAutomaton.State>

    init(_ trie: TokenTrie) {
        self.trie = trie
        wordCount = (trie.vocabularySize + 63) / 64
        passing = .allocate(capacity: wordCount)
        path = .allocate(capacity: trie.maximumDepth + 1)
        maskOfState.reserveCapacity(Self.kept)
    }

    deinit {
        passing.deallocate()
        path.deallocate()
        for mask in masks { mask.words.deallocate() }
    }

    /// The tokens after which the text can be completed with `budget` more bytes; without such, all that may follow.
    ///
    /// - Parameter mayEnd: whether the answer can end here, so that there need be no such token.
    /// - Returns: valid until the next call; and whether the budget took tokens away.
    func mask(
        _ state: ByteAutomaton.State, of automaton: ByteAutomaton, budget: Int, mayEnd: Bool
    ) throws(ConstraintError) -> (words: Words, isNarrowed: Bool) {
        let mask = try keptMask(state, automaton)
        guard Int(mask.farthest) > budget, Int(automaton.distance(state)) <= budget + 1 else {
            return (mask.words, false)
        }
        let nearest = try fill(passing, from: state, automaton, budget: Int32(clamping: budget))
        return nearest >= 0 || mayEnd ? (passing, true) : (mask.words, false)
    }

    private func keptMask(
        _ state: ByteAutomaton.State, _ automaton: ByteAutomaton
    ) throws(ConstraintError) -> Mask {
        if let index = maskOfState[state] { return masks[index] }
        if used == Self.kept {
            maskOfState.removeAll(keepingCapacity: true)
            used = 0
        }
        if used == masks.count { masks.append(Mask(words: .allocate(capacity: wordCount), farthest: 0)) }
        masks[used].farthest = try fill(masks[used].words, from: state, automaton, budget: .max)
        maskOfState[state] = used
        used += 1
        return masks[used - 1]
    }

    /// Follows all tokens at once, beginnings that they share once.
    ///
    /// - Returns: the largest distance after any of them; −1 if there are none.
    private func fill(
        _ words: Words, from state: ByteAutomaton.State, _ automaton: ByteAutomaton, budget: Int32
    ) throws(ConstraintError) -> Int32 {
        words.update(repeating: 0, count: wordCount)
        path[0] = state
        return try trie.nodes.withUnsafeBufferPointer { (nodes) throws(ConstraintError) in
            try trie.tokens.withUnsafeBufferPointer { (tokens) throws(ConstraintError) in
                try automaton.program.classOfByte.withUnsafeBufferPointer { (classes) throws(ConstraintError) in
                    try follow(nodes, tokens, classes, automaton, budget: budget, words)
                }
            }
        }
    }

    private func follow(
        _ nodes: UnsafeBufferPointer<TokenTrie.Node>, _ tokens: UnsafeBufferPointer<Int32>,
        _ classes: UnsafeBufferPointer<UInt8>, _ automaton: ByteAutomaton, budget: Int32, _ words: Words
    ) throws(ConstraintError) -> Int32 {
        var farthest: Int32 = -1
        var index = 0
        while index < nodes.count - 1 {
            let node = nodes[index]
            let depth = Int(node.depth)
            let next = try automaton.next(path[depth - 1], Int(classes[Int(node.byte)]))
            guard next != ByteAutomaton.dead else {
                index = Int(node.end)
                continue
            }
            path[depth] = next
            index += 1
            let (first, end) = (Int(node.firstToken), Int(nodes[index].firstToken))
            guard first < end else { continue }
            let distance = automaton.distance(next)
            guard distance <= budget else { continue }
            farthest = max(farthest, distance)
            for place in first..<end {
                let token = Int(tokens[place])
                words[token >> 6] |= 1 << UInt64(token & 63)
            }
        }
        return farthest
    }
}
