import DeepSeekModel

/// The rows of logits of an answer, one for each token that is chosen; with drafts, several from one forward pass.
///
/// A draft changes no answer: a row is used only if the tokens before it are those that were chosen. Rows are computed
/// with the same sums whether they come alone or together.
struct AnswerRows {
    private let runner: ModelRunner
    private let text: CachedText
    private var lookup: PromptLookup?
    private(set) var speculation: SpeculationFigures?
    /// Rows of the last forward pass, the tokens drafted after the first of them, and how many of those were right.
    private var rows: UnsafeBufferPointer<Float>
    private var draft: [Int32] = []
    private var accepted = 0

    /// - Parameters:
    ///   - first: the row after the prompt.
    ///   - drafts: tokens to draft at most; 0 for one forward pass a token.
    init(
        _ runner: ModelRunner, text: CachedText, first: UnsafeBufferPointer<Float>, prompt: [Int32], drafts: Int,
        tokenLimit: Int
    ) {
        self.runner = runner
        self.text = text
        rows = first
        guard drafts > 0 else { return }
        speculation = SpeculationFigures()
        lookup = PromptLookup(limit: drafts, text: prompt, capacity: prompt.count + min(tokenLimit, 1 << 16))
        draft.reserveCapacity(drafts)
    }

    /// The row from which the next token is chosen.
    var current: UnsafeBufferPointer<Float> {
        let vocabulary = runner.vocabularySize
        return UnsafeBufferPointer(rebasing: rows[(accepted * vocabulary)..<((accepted + 1) * vocabulary)])
    }

    /// Goes on to the row after a token.
    ///
    /// - Parameter remaining: tokens that the answer may still have after it.
    mutating func advance(past token: Int32, remaining: Int) throws(ModelError) {
        lookup?.append(token)
        if accepted < draft.count, draft[accepted] == token {
            accepted += 1
            return
        }
        settle()
        draft.removeAll(keepingCapacity: true)
        if let lookup {
            // The row after the draft gives one token more.
            draft.append(contentsOf: lookup.draft(most: min(remaining - 1, runner.chunk - 1)))
        }
        rows = try runner.forward(Joined(first: token, rest: draft), after: text, logits: .all)
        accepted = 0
    }

    /// Forgets what was drafted in vain.
    mutating func settle() {
        speculation?.drafted += draft.count
        speculation?.accepted += accepted
        lookup?.note(drafted: draft.count, accepted: accepted)
        runner.forget(last: draft.count - accepted, of: text)
        draft.removeAll(keepingCapacity: true)
        accepted = 0
    }

    /// A token and a draft after it, without an array for them.
    private struct Joined: RandomAccessCollection {
        let first: Int32
        let rest: [Int32]

        var startIndex: Int { 0 }
        var endIndex: Int { rest.count + 1 }
        subscript(position: Int) -> Int32 { position == 0 ? first : rest[position - 1] }
    }
}
