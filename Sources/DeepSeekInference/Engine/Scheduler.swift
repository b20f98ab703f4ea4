import DeepSeekModel

/// Decides what each step computes, and which pages it uses. It belongs to the engine's thread.
///
/// In a step without arrivals and ends it allocates nothing.
package final class Scheduler {
    package let cache: LatentCache
    /// Nil if prefixes are not used again.
    package let tree: PrefixTree?
    /// Nil if prefixes are not kept on the disk.
    private let contextCache: ContextCache?
    let limits: SchedulerLimits
    /// Requests that have no pages, in no order.
    package internal(set) var waiting: [RunningSequence] = []
    /// By falling precedence.
    package internal(set) var running: [RunningSequence] = []
    /// The sequences of the current step, in the order of the batch.
    package internal(set) var scheduled: [RunningSequence] = []
    package internal(set) var preemptions = 0
    private var shares = TenantShares()
    private var arrivals = 0
    /// Of the sequence that is being admitted.
    var matchedPages: [Int32] = []

    package convenience init(cache: LatentCache, limits: SchedulerLimits, reusesPrefixes: Bool) {
        self.init(cache: cache, limits: limits, reusesPrefixes: reusesPrefixes, contextCache: nil)
    }

    init(cache: LatentCache, limits: SchedulerLimits, reusesPrefixes: Bool, contextCache: ContextCache?) {
        self.cache = cache
        self.limits = limits
        self.contextCache = contextCache
        tree = reusesPrefixes ? PrefixTree(cache) : nil
        running.reserveCapacity(limits.sequences)
        scheduled.reserveCapacity(limits.sequences)
        matchedPages.reserveCapacity(cache.pageCount)
    }

    package var isIdle: Bool { waiting.isEmpty && running.isEmpty }

    @discardableResult package func submit(_ job: GenerationJob) -> RunningSequence {
        arrivals += 1
        let sequence = RunningSequence(
            job, order: arrivals, share: shares.enter(job.request.tenant), cached: cache.makeEmptySequence())
        waiting.append(sequence)
        return sequence
    }

    /// Lets a sequence go, and keeps what was computed of it as a prefix for others.
    package func remove(_ sequence: RunningSequence) {
        keepOnDisk(sequence)
        giveUpPages(of: sequence)
        if let index = running.firstIndex(where: { $0 === sequence }) {
            running.remove(at: index)
        } else if let index = waiting.firstIndex(where: { $0 === sequence }) {
            waiting.remove(at: index)
        }
        shares.leave(sequence.share)
    }

    /// After a step: what was computed is noted, and full pages become prefixes for others.
    package func settle() {
        for sequence in scheduled {
            let isAnswer = sequence.rows == 1 + sequence.draft.count
            sequence.share.note(prompt: isAnswer ? 0 : sequence.rows, answer: isAnswer ? sequence.rows : 0)
            keepPages(of: sequence)
        }
    }

    // MARK: The disk

    /// Before a sequence looks for its prefix in memory for the first time.
    func recallFromDisk(_ sequence: RunningSequence) {
        guard let contextCache, let tree, !sequence.hasAskedDisk else { return }
        sequence.hasAskedDisk = true
        sequence.tokens.withUnsafeBufferPointer { ids in
            contextCache.recall(
                UnsafeBufferPointer(rebasing: ids.dropLast()), scope: sequence.scope, tree: tree, pages: &matchedPages)
        }
    }

    private func keepOnDisk(_ sequence: RunningSequence) {
        guard let contextCache else { return }
        sequence.tokens.withUnsafeBufferPointer {
            contextCache.keep($0, in: sequence.cached, scope: sequence.scope, cache: cache)
        }
    }

    // MARK: Pages

    /// Frees a page that is only kept as a prefix; false if there is none.
    func evict() -> Bool { tree?.evict() ?? false }

    /// Takes the pages of a sequence for others. It waits, and what it has computed is computed again, as far as it has
    /// not stayed in the tree.
    package func preempt(_ sequence: RunningSequence) {
        giveUpPages(of: sequence)
        running.removeAll { $0 === sequence }
        waiting.append(sequence)
        preemptions += 1
    }

    private func giveUpPages(of sequence: RunningSequence) {
        keepPages(of: sequence, toTheLastToken: true)
        tree?.touch(sequence.cached.pages)
        cache.release(sequence.cached)
        sequence.draft.removeAll(keepingCapacity: true)
        sequence.rows = 0
        sequence.keptPages = 0
        sequence.node = nil
        sequence.hasKeptPrompt = false
    }

    /// Puts the pages that a sequence has filled into the tree.
    ///
    /// - Parameter toTheLastToken: the last page too, though it is not full.
    func keepPages(of sequence: RunningSequence, toTheLastToken: Bool = false) {
        guard let tree else { return }
        let valid = min(sequence.cached.length, sequence.tokens.count)
        // Others with the same prompt need not wait for its last page to be filled.
        let completesPrompt = !sequence.hasKeptPrompt && valid >= sequence.promptCount
        sequence.tokens.withUnsafeBufferPointer { ids in
            while true {
                let first = sequence.keptPages * CacheLayout.pageTokens
                let count = min(valid - first, CacheLayout.pageTokens)
                let isFull = count == CacheLayout.pageTokens
                guard count > 0, isFull || completesPrompt || toTheLastToken else { return }
                let page = sequence.cached.pages[sequence.keptPages]
                let piece = UnsafeBufferPointer(rebasing: ids[first..<(first + count)])
                let insertion = tree.insert(page, ids: piece, after: sequence.node, scope: sequence.scope)
                guard isFull else { return }
                switch insertion {
                case .inserted: sequence.node = page
                case .known(let other):
                    cache.replacePage(at: sequence.keptPages, of: sequence.cached, with: other)
                    sequence.node = other
                case .refused: return
                }
                sequence.keptPages += 1
            }
        }
        if completesPrompt { sequence.hasKeptPrompt = true }
    }
}
