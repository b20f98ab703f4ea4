import DeepSeekInference
import DeepSeekModel

/// A scheduler with a cache, and steps in which nothing is computed.
final class SchedulerTrial {
    let scheduler: Scheduler
    let cache: LatentCache
    private var batch = Batch()
    /// Tokens of the last step, and of all.
    private(set) var rows = 0
    private(set) var total = 0
    /// Those that began, in order.
    private(set) var begun: [RunningSequence] = []
    private var next: Int32 = 0

    init(
        pages: Int = 64, sequences: Int = 8, budget: Int = 64, chunk: Int = 64, reusesPrefixes: Bool = true
    ) throws {
        cache = try LatentCache(
            layout: CacheLayout(layers: 1, segments: [4], format: .float32), tokens: pages * CacheLayout.pageTokens)
        scheduler = Scheduler(
            cache: cache,
            limits: SchedulerLimits(sequences: sequences, tokenBudget: budget, chunk: chunk, logitRows: 64),
            reusesPrefixes: reusesPrefixes)
        batch.reserve(tokens: budget, sequences: sequences)
        begun.reserveCapacity(1_000)
    }

    /// A prompt that begins as no other of another seed.
    static func prompt(_ count: Int, seed: Int32 = 1) -> [Int32] { (0..<Int32(count)).map { $0 * 31 + seed } }

    @discardableResult func submit(
        _ prompt: [Int32], answer: Int = 100, priority: Int = 0, tenant: String? = nil, isIsolated: Bool = true,
        drafts: Int = 0
    ) -> RunningSequence {
        let (_, continuation) = AsyncThrowingStream.makeStream(of: GenerationEvent.self)
        let request = GenerationRequest(prompt: prompt, priority: priority, tenant: tenant, isIsolated: isIsolated)
        let sequence = scheduler.submit(
            GenerationJob(request, tokenLimit: answer, drafts: drafts, continuation: continuation))
        sequence.reserve()
        return sequence
    }

    /// One step; what has its whole answer goes.
    ///
    /// - Parameter accepted: of each draft, how many tokens are right.
    func step(accepted: (RunningSequence) -> Int = { _ in 0 }) throws {
        scheduler.admit { begun.append($0) }
        scheduler.form(&batch) { sequence, most in
            for _ in 0..<min(most, sequence.job.drafts) { sequence.draft.append(7) }
        }
        rows = batch.tokens.count
        total += rows
        for sequence in scheduler.scheduled {
            try cache.extend(sequence.cached, by: sequence.rows)
            guard sequence.yieldsToken else { continue }
            for _ in 0..<min(accepted(sequence), sequence.draft.count) { sequence.append(7) }
            next += 1
            sequence.append(next)
            cache.truncate(sequence.cached, to: sequence.tokens.count - 1)
            if sequence.completionCount >= sequence.job.tokenLimit { scheduler.remove(sequence) }
        }
        scheduler.settle()
    }

    func run(steps: Int = 10_000) throws {
        for _ in 0..<steps where !scheduler.isIdle { try step() }
    }

    var isConserved: Bool { cache.freePageCount + cache.idlePageCount == cache.pageCount }
}
