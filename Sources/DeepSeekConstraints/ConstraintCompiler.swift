import DeepSeekTokenizer
import Synchronization

/// Compiles the constraints of requests for one vocabulary, and keeps those that were used last.
package final class ConstraintCompiler: Sendable {
    private struct State {
        var trie: TokenTrie?
        /// The one that was used last at the end.
        var kept: [(constraint: OutputConstraint, compiled: CompiledConstraint)] = []

        mutating func use(_ constraint: OutputConstraint) -> CompiledConstraint? {
            guard let index = kept.firstIndex(where: { $0.constraint == constraint }) else { return nil }
            let entry = kept.remove(at: index)
            kept.append(entry)
            return entry.compiled
        }
    }

    private static let maximumKept = 16

    private let tokenizer: Tokenizer
    private let vocabularySize: Int
    private let state = Mutex(State())

    /// - Parameter vocabularySize: logits of a row.
    package init(_ tokenizer: Tokenizer, vocabularySize: Int) {
        self.tokenizer = tokenizer
        self.vocabularySize = vocabularySize
    }

    /// - Throws: ``ConstraintError``.
    package func compile(_ constraint: OutputConstraint) throws(ConstraintError) -> CompiledConstraint {
        let (known, trie) = state.withLock { state in
            let trie = state.trie ?? TokenTrie(tokenizer, vocabularySize: vocabularySize)
            state.trie = trie
            return (state.use(constraint), trie)
        }
        if let known { return known }
        // Without the lock: large schemas take a while.
        let compiled = try CompiledConstraint(constraint, trie: trie)
        return state.withLock { state in
            if let other = state.use(constraint) { return other }
            state.kept.append((constraint, compiled))
            if state.kept.count > Self.maximumKept { state.kept.removeFirst() }
            return compiled
        }
    }
}
