import DeepSeekModel

/// The network with everything that it writes, and the requests that it answers together (continuous batching: Yu et al.,
/// "Orca", 2022). One thread at a time uses it.
///
/// Each step drops what nobody wants any more, admits what waits, forms a batch, computes it, and chooses a token for each
/// sequence whose text was computed to its end.
package final class Engine {
    private(set) var network: DecoderModel
    let cache: LatentCache
    let contextLength: Int
    let scheduler: Scheduler
    let board: FigureBoard
    let contextCache: ContextCache?
    let workspace: Workspace
    var batch = Batch()
    /// Pages are held by a text that is being scored.
    var isScoring = false
    /// Requests that ended between two steps.
    private var ended: [RunningSequence] = []
    private let clock = ContinuousClock()

    init(
        _ network: DecoderModel, cache: LatentCache, workspace: Workspace, contextLength: Int,
        limits: SchedulerLimits, reusesPrefixes: Bool, contextCache: ContextCache?, board: FigureBoard
    ) {
        self.network = network
        self.cache = cache
        self.workspace = workspace
        self.contextLength = contextLength
        self.board = board
        self.contextCache = contextCache
        scheduler = Scheduler(
            cache: cache, limits: limits, reusesPrefixes: reusesPrefixes, contextCache: contextCache)
        batch.reserve(tokens: workspace.maximumRows, sequences: limits.sequences)
        board.pagesTotal.store(cache.pageCount, ordering: .relaxed)
    }

    var vocabularySize: Int { network.configuration.vocabularySize }

    /// Tokens of one forward pass at most.
    var chunk: Int { workspace.maximumRows }

    var isIdle: Bool { scheduler.isIdle }

    func submit(_ job: GenerationJob) { scheduler.submit(job) }

    /// Goes on with another network of the same configuration. Pages that the old one has filled are given up.
    func adopt(_ network: DecoderModel) {
        self.network = network
        while scheduler.evict() {}
    }

    /// Computes one batch. Does nothing where nothing is to be done.
    func step() {
        let start = clock.now
        dropUnwanted(start)
        scheduler.admit { begin($0) }
        dropFailed()
        refuseWhatCannotRun()
        scheduler.form(&batch) { sequence, most in sequence.answer?.draft(most: most, into: &sequence.draft) }
        guard !batch.tokens.isEmpty else {
            return note(start: start, computing: start, computed: start, chosen: start)
        }
        let computing = clock.now
        var computed = computing
        do throws(ModelError) {
            let logits = try network.forward(batch, cache: cache, workspace: workspace)
            computed = clock.now
            choose(logits)
        } catch {
            for sequence in scheduler.scheduled { fail(sequence, error) }
        }
        let chosen = clock.now
        scheduler.settle()
        board.steps.wrappingAdd(1, ordering: .relaxed)
        note(start: start, computing: computing, computed: computed, chosen: chosen)
    }

    // MARK: The parts of a step

    private func dropUnwanted(_ now: ContinuousClock.Instant) {
        ended.removeAll(keepingCapacity: true)
        for sequence in scheduler.running where sequence.job.isUnwanted(now) { ended.append(sequence) }
        for sequence in scheduler.waiting where sequence.job.isUnwanted(now) { ended.append(sequence) }
        for sequence in ended {
            finish(sequence, .init(reason: sequence.job.cancellation.isRequested ? .cancelled : .deadline, cause: nil))
        }
        ended.removeAll(keepingCapacity: true)
    }

    /// A request runs for the first time, or again.
    private func begin(_ sequence: RunningSequence) {
        guard sequence.answer == nil else { return }
        sequence.reserve()
        board.promptTokens.wrappingAdd(sequence.promptCount, ordering: .relaxed)
        board.cachedPromptTokens.wrappingAdd(sequence.hits ?? 0, ordering: .relaxed)
        do throws(InferenceError) {
            sequence.answer = try AnswerState(sequence.job, vocabularySize: vocabularySize)
        } catch {
            sequence.job.fail(error)
            ended.append(sequence)
        }
    }

    private func dropFailed() {
        for sequence in ended { scheduler.remove(sequence) }
        ended.removeAll(keepingCapacity: true)
    }

    private func choose(_ logits: UnsafeBufferPointer<Float>) {
        var row = 0
        for sequence in scheduler.scheduled where sequence.yieldsToken {
            let rows = 1 + sequence.draft.count
            let piece = logits[(row * vocabularySize)..<((row + rows) * vocabularySize)]
            row += rows
            do throws(InferenceError) {
                let before = sequence.completionCount
                let ending = try sequence.answer?.take(
                    UnsafeBufferPointer(rebasing: piece), vocabularySize: vocabularySize, for: sequence)
                board.generatedTokens.wrappingAdd(sequence.completionCount - before, ordering: .relaxed)
                // Forgets what was drafted in vain; the last token is not computed before something follows it.
                cache.truncate(sequence.cached, to: sequence.tokens.count - 1)
                if let ending { finish(sequence, ending) }
            } catch {
                fail(sequence, error)
            }
        }
    }

    private func finish(_ sequence: RunningSequence, _ ending: AnswerState.Ending) {
        let usage = TokenUsage(
            promptTokens: sequence.promptCount, completionTokens: sequence.completionCount,
            promptCacheHitTokens: sequence.hits ?? 0)
        scheduler.remove(sequence)
        do {
            // One that never ran has no state yet.
            let answer = try sequence.answer ?? AnswerState(sequence.job, vocabularySize: vocabularySize)
            sequence.job.finish(answer.result(ending, usage: usage))
        } catch {
            sequence.job.fail(error)
        }
    }

    private func fail(_ sequence: RunningSequence, _ error: any Error) {
        scheduler.remove(sequence)
        sequence.job.fail(error)
    }

    /// Where nothing runs, and yet something waits, it never will: the pool has no room for it even when empty.
    private func refuseWhatCannotRun() {
        guard !isScoring, scheduler.running.isEmpty, let sequence = scheduler.waiting.first else { return }
        fail(
            sequence,
            InferenceError(
                .notEnoughMemory,
                "\(sequence.tokens.count) tokens do not fit into the cache's \(cache.pageCount) pages of "
                    + "\(CacheLayout.pageTokens); open the model with a larger pool"))
    }

    // MARK: Figures

    private func note(
        start: ContinuousClock.Instant, computing: ContinuousClock.Instant, computed: ContinuousClock.Instant,
        chosen: ContinuousClock.Instant
    ) {
        func nanoseconds(_ from: ContinuousClock.Instant, _ to: ContinuousClock.Instant) -> Int {
            let (seconds, attoseconds) = from.duration(to: to).components
            return Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        }
        board.running.store(scheduler.running.count, ordering: .relaxed)
        board.lastBatchTokens.store(batch.tokens.count, ordering: .relaxed)
        notePages()
        board.preemptions.store(scheduler.preemptions, ordering: .relaxed)
        board.forwardNanoseconds.wrappingAdd(nanoseconds(computing, computed), ordering: .relaxed)
        board.samplingNanoseconds.wrappingAdd(nanoseconds(computed, chosen), ordering: .relaxed)
        board.schedulingNanoseconds.wrappingAdd(
            nanoseconds(start, computing) + nanoseconds(chosen, clock.now), ordering: .relaxed)
    }

    func notePages() {
        board.pagesCached.store(cache.idlePageCount, ordering: .relaxed)
        board.pagesUsed.store(
            cache.pageCount - cache.freePageCount - cache.idlePageCount, ordering: .relaxed)
    }
}
