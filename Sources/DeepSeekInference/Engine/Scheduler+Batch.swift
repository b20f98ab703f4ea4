import DeepSeekModel

extension Scheduler {
    /// Smaller pieces of a prompt are left for the next step, unless they are all that is left of it.
    private static let smallestPiece = 16

    /// Forms the next step's batch: a token of each sequence that generates, with its drafts, and pieces of prompts in
    /// what is left of the budget. Where pages are short, the last sequences are put back to wait.
    ///
    /// - Parameters:
    ///   - batch: emptied first; holds the sequences of ``scheduled`` in order.
    ///   - draft: adds what may come next to an empty draft, at most so many tokens.
    package func form(_ batch: inout Batch, draft: (RunningSequence, _ most: Int) -> Void) {
        batch.removeAll()
        scheduled.removeAll(keepingCapacity: true)
        for sequence in running {
            sequence.rows = 0
            sequence.draft.removeAll(keepingCapacity: true)
        }
        securePages()
        shareAmongPrompts(shareAmongAnswers(draft))
        for sequence in running where sequence.rows > 0 { add(sequence, to: &batch) }
    }

    /// A row for each sequence that generates, and rows for drafts while there are any; returns how many are left.
    private func shareAmongAnswers(_ draft: (RunningSequence, _ most: Int) -> Void) -> Int {
        var budget = limits.tokenBudget
        // A place for each sequence comes first, so that drafts never take it.
        var spare = min(budget, limits.logitRows) - running.count
        for sequence in running where sequence.pending == 1 {
            let most = min(spare, sequence.job.tokenLimit - sequence.completionCount - 1)
            if most > 0 {
                draft(sequence, most)
                if !cache.prepare(1 + sequence.draft.count, for: sequence.cached) {
                    sequence.draft.removeAll(keepingCapacity: true)
                }
                spare -= sequence.draft.count
            }
            sequence.rows = 1 + sequence.draft.count
            budget -= sequence.rows
        }
        return budget
    }

    /// Sees to it that each sequence that generates has a page for its next token, those of higher precedence first.
    private func securePages() {
        var index = 0
        while index < running.count {
            let sequence = running[index]
            while sequence.pending == 1, !cache.prepare(1, for: sequence.cached) {
                if evict() { continue }
                // The last may be this one, and then it waits.
                guard let last = running.last else { return }
                preempt(last)
                if last === sequence { break }
            }
            index += 1
        }
    }

    /// The shortest rests of prompts come first, so that a long prompt holds up no short one; but the oldest prompt gets
    /// a quarter of the rows in any case, so that it is not held up for ever, and what the others leave.
    private func shareAmongPrompts(_ rows: Int) {
        var budget = rows
        let oldest = running.first { $0.pending > 1 }
        if let oldest { take(max(budget / 4, Self.smallestPiece), for: oldest, from: &budget) }
        while budget > 0, let next = shortestPrompt() {
            guard budget >= min(next.pending, limits.chunk, Self.smallestPiece) else { break }
            take(budget, for: next, from: &budget)
        }
        if let oldest { take(budget, for: oldest, from: &budget) }
    }

    private func shortestPrompt() -> RunningSequence? {
        var shortest: RunningSequence?
        for sequence in running where sequence.rows == 0 && sequence.pending > 1 {
            guard let other = shortest else {
                shortest = sequence
                continue
            }
            if sequence.priority != other.priority {
                if sequence.priority > other.priority { shortest = sequence }
            } else if sequence.pending < other.pending {
                shortest = sequence
            }
        }
        return shortest
    }

    /// Gives a prompt more rows, at most so many.
    private func take(_ most: Int, for sequence: RunningSequence, from budget: inout Int) {
        let rows = max(min(min(sequence.pending, limits.chunk) - sequence.rows, most, budget), 0)
        sequence.rows += rows
        budget -= rows
    }

    private func add(_ sequence: RunningSequence, to batch: inout Batch) {
        scheduled.append(sequence)
        let first = sequence.cached.length
        sequence.yieldsToken = sequence.rows >= sequence.pending
        if sequence.draft.isEmpty {
            batch.append(
                sequence.tokens[first..<(first + sequence.rows)], to: sequence.cached,
                logits: sequence.yieldsToken ? .last : .none)
        } else {
            batch.append(
                TokenAndDraft(token: sequence.tokens[first], draft: sequence.draft), to: sequence.cached, logits: .all)
        }
    }
}
