/// What bounds a step.
package struct SchedulerLimits: Sendable, Hashable {
    /// Sequences that run at once; at most the token budget, so that each can take a token in every step.
    package var sequences: Int
    /// Tokens of a step.
    package var tokenBudget: Int
    /// Tokens of one prompt in a step.
    package var chunk: Int
    /// Rows of logits of a step, where drafts ask for more than one each.
    package var logitRows: Int

    package init(sequences: Int, tokenBudget: Int, chunk: Int, logitRows: Int) {
        self.sequences = min(sequences, tokenBudget)
        self.tokenBudget = tokenBudget
        self.chunk = min(chunk, tokenBudget)
        self.logitRows = max(logitRows, self.sequences)
    }
}
