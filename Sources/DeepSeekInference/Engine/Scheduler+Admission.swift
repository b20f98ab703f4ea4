import DeepSeekModel

extension Scheduler {
    /// From so many tokens on it is worth a step or more to wait for another sequence that computes them anyway.
    private static let worthWaiting = 16
    /// Waiting requests that are compared with running prompts in one step.
    private static let comparisons = 64

    /// Lets waiting requests run while there are places and pages: by priority, then those of the least served tenant,
    /// then by arrival. A request takes the place and the pages of those of lower priority.
    ///
    /// - Parameter begin: called for each that starts to run.
    package func admit(_ begin: (RunningSequence) -> Void) {
        guard !waiting.isEmpty else { return }
        for sequence in waiting { sequence.isHeld = false }
        var held = 0
        while let sequence = nextWaiting() {
            let victim = running.last.flatMap { $0.priority < sequence.priority ? $0 : nil }
            if running.count >= limits.sequences {
                guard let victim else { return }
                preempt(victim)
            }
            recallFromDisk(sequence)
            if held < Self.comparisons, waitsForOther(sequence) {
                sequence.isHeld = true
                held += 1
                continue
            }
            guard takePages(for: sequence) else {
                guard let victim = running.last, victim.priority < sequence.priority else { return }
                preempt(victim)
                continue
            }
            waiting.removeAll { $0 === sequence }
            let place = running.firstIndex { sequence.precedes($0) } ?? running.count
            running.insert(sequence, at: place)
            begin(sequence)
        }
    }

    private func nextWaiting() -> RunningSequence? {
        var best: RunningSequence?
        for sequence in waiting where !sequence.isHeld {
            guard let other = best else {
                best = sequence
                continue
            }
            if sequence.priority != other.priority {
                if sequence.priority > other.priority { best = sequence }
            } else if sequence.share.served != other.share.served {
                if sequence.share.served < other.share.served { best = sequence }
            } else if sequence.order < other.order {
                best = sequence
            }
        }
        return best
    }

    /// Whether a running sequence is about to compute tokens that this one begins with and that the tree does not hold.
    private func waitsForOther(_ sequence: RunningSequence) -> Bool {
        guard tree != nil else { return false }
        var known: Int?
        for other in running where other.scope == sequence.scope && other.completionCount == 0 {
            let common = sequence.tokens.withUnsafeBufferPointer { ids in
                other.tokens.withUnsafeBufferPointer { PrefixTree.common(ids, $0) }
            }
            guard common >= Self.worthWaiting else { continue }
            let found = known ?? match(sequence).tokens
            known = found
            if min(common, sequence.tokens.count - 1) - found >= Self.worthWaiting { return true }
        }
        return false
    }

    /// What the tree holds of a text, all but the last token at most, since what comes after that is wanted.
    private func match(_ sequence: RunningSequence) -> (tokens: Int, node: Int32?) {
        guard let tree else { return (0, nil) }
        return sequence.tokens.withUnsafeBufferPointer { ids in
            tree.match(UnsafeBufferPointer(rebasing: ids.dropLast()), scope: sequence.scope, pages: &matchedPages)
        }
    }

    /// Gives a sequence the pages for all its tokens, those of a known prefix first; or changes nothing and returns
    /// false. Alone it always gets them: the pool holds a context at least.
    private func takePages(for sequence: RunningSequence) -> Bool {
        let (found, node) = match(sequence)
        let whole = found / CacheLayout.pageTokens
        if tree != nil { cache.share(matchedPages, tokens: found, with: sequence.cached) }
        let missing = CacheLayout.pages(tokens: sequence.tokens.count) - whole
        // One page for each of the others, or they would have to stop soon.
        let spare = running.count
        var hasRoom = obtain(missing, spare: spare)
        if !hasRoom {
            // A last page that is to be copied may be the one that is missing.
            cache.truncate(sequence.cached, to: whole * CacheLayout.pageTokens)
            hasRoom = obtain(missing, spare: spare)
        }
        guard hasRoom, cache.prepare(sequence.pending, for: sequence.cached) else {
            cache.release(sequence.cached)
            return false
        }
        sequence.keptPages = whole
        sequence.node = node
        if sequence.hits == nil { sequence.hits = sequence.cached.length }
        return true
    }

    /// Frees so many pages, if as many more could be freed.
    private func obtain(_ count: Int, spare: Int) -> Bool {
        guard count + spare <= cache.freePageCount + cache.idlePageCount else { return false }
        while cache.freePageCount < count {
            guard evict() else { return false }
        }
        return true
    }
}
