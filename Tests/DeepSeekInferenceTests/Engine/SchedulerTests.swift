import CAllocationCounter
import DeepSeekInference
import DeepSeekModel
import Testing

@Suite struct SchedulerTests {
    // MARK: Batches

    @Test func aLongPromptHoldsUpNoShortOne() throws {
        let trial = try SchedulerTrial(pages: 100)
        let long = trial.submit(SchedulerTrial.prompt(1_000))
        try trial.step()
        #expect(trial.rows == 64)
        let short = trial.submit(SchedulerTrial.prompt(40, seed: 2))
        try trial.step()
        #expect(short.completionCount == 1)
        #expect(trial.rows == 64)
        // Generation goes on beside the long prompt.
        let before = long.cached.length
        for count in 2..<6 {
            try trial.step()
            #expect(short.completionCount == count)
            #expect(trial.rows == 64)
        }
        #expect(long.cached.length == before + 4 * 63)
    }

    @Test func shortPromptsHoldUpNoLongOne() throws {
        let trial = try SchedulerTrial(pages: 200, sequences: 32)
        let long = trial.submit(SchedulerTrial.prompt(640), answer: 1)
        var steps = 0
        while long.completionCount == 0, steps < 100 {
            for seed in 0..<2 {
                trial.submit(SchedulerTrial.prompt(40, seed: Int32(100 + 2 * steps + seed)), answer: 1)
            }
            try trial.step()
            #expect(trial.rows <= 64)
            steps += 1
        }
        #expect(steps <= 40)
    }

    @Test func draftsTakeOnlyWhatIsLeft() throws {
        let trial = try SchedulerTrial(sequences: 4, budget: 10, chunk: 10)
        let sequences = (0..<4).map { trial.submit(SchedulerTrial.prompt(1, seed: Int32($0)), drafts: 8) }
        for round in 0..<12 {
            try trial.step { round.isMultiple(of: 2) ? $0.draft.count : 1 }
            #expect(trial.rows <= 10)
            #expect(trial.scheduler.scheduled.count == 4)
        }
        #expect(sequences.allSatisfy { $0.completionCount >= 12 && $0.pending == 1 })
        #expect(sequences.contains { $0.completionCount > 20 })
    }

    @Test func aSmallBudgetStillReachesAll() throws {
        let trial = try SchedulerTrial(sequences: 8, budget: 3, chunk: 3)
        for seed in 0..<5 { trial.submit(SchedulerTrial.prompt(20, seed: Int32(seed)), answer: 5) }
        try trial.run()
        #expect(trial.scheduler.isIdle)
        #expect(trial.isConserved)
    }

    // MARK: Order

    @Test func higherPriorityTakesPlaces() throws {
        let trial = try SchedulerTrial(sequences: 2)
        let low = (0..<2).map { trial.submit(SchedulerTrial.prompt(10, seed: Int32($0))) }
        for _ in 0..<3 { try trial.step() }
        let high = trial.submit(SchedulerTrial.prompt(10, seed: 5), answer: 2, priority: 1)
        try trial.step()
        #expect(high.completionCount == 1)
        #expect(trial.scheduler.preemptions == 1)
        #expect(trial.scheduler.waiting.map(ObjectIdentifier.init) == [ObjectIdentifier(low[1])])
        let count = low[1].completionCount
        for _ in 0..<3 { try trial.step() }
        #expect(low[1].completionCount > count)
        try trial.run()
        #expect(low.allSatisfy { $0.completionCount == 100 })
    }

    @Test func tenantsTakeTurns() throws {
        let trial = try SchedulerTrial(sequences: 1)
        for seed in 0..<20 { trial.submit(SchedulerTrial.prompt(20, seed: Int32(seed)), answer: 4, tenant: "many") }
        let few = (20..<24).map {
            trial.submit(SchedulerTrial.prompt(20, seed: Int32($0)), answer: 4, tenant: "few")
        }
        try trial.run()
        let places = few.compactMap { sequence in trial.begun.firstIndex { $0 === sequence } }
        #expect(places == [1, 3, 5, 7])
    }

    // MARK: Prefixes

    @Test func aPromptIsComputedOnce() throws {
        for count in [10, 40, 64, 100, 300] {
            let trial = try SchedulerTrial(sequences: 16)
            for _ in 0..<8 { trial.submit(SchedulerTrial.prompt(count), answer: 1) }
            try trial.run()
            // The last token is computed for each. Few tokens are not worth a step of waiting.
            let expected = count < 16 ? 8 * count : count + 7
            #expect(trial.total == expected, "\(count) tokens")
            #expect(trial.isConserved)
        }
    }

    @Test func aCommonBeginningIsComputedOnce() throws {
        let trial = try SchedulerTrial(sequences: 16)
        let system = SchedulerTrial.prompt(500)
        for seed in 0..<8 { trial.submit(system + SchedulerTrial.prompt(30, seed: 5_000 + Int32(seed)), answer: 1) }
        try trial.run()
        #expect(trial.total == 500 + 8 * 30)
    }

    @Test func isolatedTenantsComputeTheirOwn() throws {
        let trial = try SchedulerTrial(sequences: 16)
        for name in ["a", "b"] { trial.submit(SchedulerTrial.prompt(100), answer: 1, tenant: name) }
        try trial.run()
        #expect(trial.total == 200)
        for name in ["c", "d"] {
            trial.submit(SchedulerTrial.prompt(100), answer: 1, tenant: name, isIsolated: false)
        }
        try trial.run()
        #expect(trial.total == 301)
    }

    // MARK: Pages

    @Test func whoHasNoPagesWaitsAndGoesOn() throws {
        // Each text takes 3 pages in the end, so not all four fit.
        let trial = try SchedulerTrial(pages: 6, sequences: 4)
        let all = (0..<4).map { trial.submit(SchedulerTrial.prompt(30, seed: Int32($0)), answer: 150) }
        try trial.run()
        #expect(trial.scheduler.preemptions > 0)
        #expect(all.allSatisfy { $0.completionCount == 150 })
        #expect(trial.isConserved)
    }

    @Test func aTextMayFillThePool() throws {
        let trial = try SchedulerTrial(pages: 4, sequences: 4)
        trial.submit(SchedulerTrial.prompt(100), answer: 20)
        try trial.run()
        // It begins with part of a page that only itself could free.
        let second = trial.submit(SchedulerTrial.prompt(110), answer: 146)
        try trial.run()
        #expect(second.completionCount == 146)
        #expect(trial.isConserved)
    }

    /// Arrivals, ends and preemptions at random: pages are neither lost nor freed twice, and all get their answers.
    @Test(arguments: 0..<12) func pagesAreConserved(seed: Int) throws {
        var random = RandomGenerator(seed: UInt64(seed))
        let trial = try SchedulerTrial(
            pages: 8 + seed, sequences: 6, budget: [20, 64][seed % 2], chunk: 50, reusesPrefixes: seed % 4 != 3)
        var all: [RunningSequence] = []
        var removed = Set<ObjectIdentifier>()
        for _ in 0..<600 {
            if Int.random(in: 0..<6, using: &random) == 0 {
                let count = Int.random(in: 1...300, using: &random)
                all.append(
                    trial.submit(
                        SchedulerTrial.prompt(count, seed: Int32.random(in: 0..<3, using: &random)),
                        answer: Int.random(in: 1...200, using: &random),
                        priority: Int.random(in: 0...1, using: &random),
                        tenant: ["a", "b", nil].randomElement(using: &random) ?? nil,
                        drafts: Int.random(in: 0...4, using: &random)))
            }
            if Int.random(in: 0..<40, using: &random) == 0,
                let sequence = (trial.scheduler.running + trial.scheduler.waiting).randomElement(using: &random)
            {
                trial.scheduler.remove(sequence)
                removed.insert(ObjectIdentifier(sequence))
            }
            try trial.step { _ in Int.random(in: 0...4, using: &random) }
        }
        try trial.run()
        #expect(trial.scheduler.isIdle)
        #expect(trial.isConserved)
        #expect(trial.scheduler.preemptions > 0)
        for sequence in all where !removed.contains(ObjectIdentifier(sequence)) {
            #expect(sequence.completionCount == sequence.job.tokenLimit)
        }
    }

    #if os(Linux)
        @Test func aStepAllocatesNothing() throws {
            let trial = try SchedulerTrial(pages: 400, sequences: 32, budget: 512, chunk: 512)
            for seed in 0..<32 {
                trial.submit(SchedulerTrial.prompt(40, seed: Int32(seed)), answer: 600, tenant: "\(seed % 4)")
            }
            for _ in 0..<8 { try trial.step() }
            // Other tests run beside this one and allocate: of several tries the quietest counts.
            var fewest = Int64.max
            for _ in 0..<70 where fewest > 0 {
                allocation_counter_start()
                for _ in 0..<8 { try trial.step() }
                fewest = min(fewest, allocation_counter_stop())
            }
            #expect(trial.rows == 32)
            #expect(fewest == 0, "allocations in 8 steps of 32 sequences")
        }
    #endif
}
