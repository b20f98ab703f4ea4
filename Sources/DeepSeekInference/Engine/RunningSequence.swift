import DeepSeekModel

/// A request in the engine: its text so far, what the cache holds of it, and its place among the others.
///
/// Whether the prompt is read, an answer is generated or what was given up is computed again is all one: tokens are known
/// that the cache does not hold, and after the last of them comes the next.
package final class RunningSequence {
    package let job: GenerationJob
    /// Of arrival.
    package let order: Int
    let share: TenantShare
    let scope: PrefixScope
    /// Prompt and answer.
    package private(set) var tokens: [Int32]
    package let cached: CacheSequence
    /// Tokens of the prompt that were cached when it was first admitted; nil before.
    package internal(set) var hits: Int?
    /// How tokens are chosen; nil before it is first admitted.
    var answer: AnswerState?

    // Where its pages are in the tree of prefixes: so many of them, the last of which is the node; nil before the first.
    var keptPages = 0
    var node: Int32?
    /// Its prefix was looked for on the disk.
    var hasAskedDisk = false
    /// The tree took its prompt to the last token.
    var hasKeptPrompt = false

    // The current step.
    /// Tokens that are computed in it, drafts included.
    package var rows = 0
    /// Drafted tokens among them.
    package var draft: [Int32] = []
    /// A token comes after what the step computes.
    package var yieldsToken = false
    /// Waits for another sequence to compute what it needs too.
    var isHeld = false

    init(_ job: GenerationJob, order: Int, share: TenantShare, cached: CacheSequence) {
        self.job = job
        self.order = order
        self.share = share
        self.cached = cached
        scope = PrefixScope(job.request)
        tokens = job.request.prompt
    }

    var priority: Int { job.request.priority }
    var promptCount: Int { job.request.prompt.count }
    /// Tokens of the answer so far.
    package var completionCount: Int { tokens.count - promptCount }
    /// Known tokens that the cache does not hold; at least one while it runs.
    package var pending: Int { tokens.count - cached.length }

    package func append(_ token: Int32) { tokens.append(token) }

    /// Space for the text up to its limit, so that steps allocate nothing.
    package func reserve() {
        let limit = promptCount + job.tokenLimit
        tokens.reserveCapacity(limit)
        cached.reserveCapacity(tokens: limit)
        draft.reserveCapacity(job.drafts)
    }

    /// Whether it comes before another: by priority, then by arrival.
    func precedes(_ other: RunningSequence) -> Bool {
        priority != other.priority ? priority > other.priority : order < other.order
    }
}
