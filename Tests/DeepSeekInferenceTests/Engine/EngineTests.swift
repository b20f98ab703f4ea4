import DeepSeekInference
import Foundation
import Testing

/// Many requests at once, as their callers see it.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct EngineTests {
    private static func prompt(_ count: Int, seed: Int32 = 3) -> [Int32] {
        (0..<Int32(count)).map { ($0 * 37 + seed * 11) % 500 + 5 }
    }

    private static func load(
        context: Int = 256, sequences: Int = 8, queue: Int = 64, pool: Int? = nil, reusesPrefixes: Bool = true
    ) throws -> LanguageModel {
        try LanguageModel.load(
            Shared.golden("v2-lite-tiny") + "/fp32",
            options: LoadOptions(
                batchInvariant: true, threads: 1, contextLength: context, chunk: 64, maximumSequences: sequences,
                queueLimit: queue, poolTokens: pool, reusesPrefixes: reusesPrefixes))
    }

    private static func request(
        _ prompt: [Int32], tokens: Int? = nil, tenant: String? = nil, priority: Int = 0,
        deadline: ContinuousClock.Instant? = nil
    ) -> GenerationRequest {
        GenerationRequest(
            prompt: prompt,
            sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true, maximumTokens: tokens),
            priority: priority, tenant: tenant, deadline: deadline)
    }

    @Test func answersShareThePromptsPages() async throws {
        let model = try Self.load(sequences: 8, pool: 2_048)
        let prompt = Self.prompt(150)
        let streams = (0..<4).map { _ in model.generate(Self.request(prompt, tokens: 6)) }
        var answers: [GeneratedAnswer] = []
        for stream in streams { answers.append(try await stream.answer()) }
        #expect(answers.allSatisfy { $0.ids == answers[0].ids })
        let hits = answers.map(\.result.usage.promptCacheHitTokens)
        #expect(hits == [0, 149, 149, 149])
        let figures = try await model.rest()
        #expect(figures.promptTokens == 600)
        #expect(figures.cachedPromptTokens == 447)
        #expect(figures.generatedTokens == 24)
        #expect(figures.finishedRequests == 4)
        #expect(figures.pagesUsed == 0)
        #expect(figures.pagesCached > 0)
        #expect(figures.forwardSeconds > 0)
        #expect(figures.schedulingSeconds > 0)
    }

    @Test func tenantsDoNotFindEachOther() async throws {
        let model = try Self.load(pool: 2_048)
        let prompt = Self.prompt(100)
        func hits(_ request: GenerationRequest) async throws -> Int {
            try await model.generate(request).answer().result.usage.promptCacheHitTokens
        }
        #expect(try await hits(Self.request(prompt, tokens: 1, tenant: "a")) == 0)
        #expect(try await hits(Self.request(prompt, tokens: 1, tenant: "b")) == 0)
        #expect(try await hits(Self.request(prompt, tokens: 1)) == 0)
        #expect(try await hits(Self.request(prompt, tokens: 1, tenant: "a")) == 99)
        var open = Self.request(prompt, tokens: 1, tenant: "c")
        open.isIsolated = false
        #expect(try await hits(open) == 99)
    }

    @Test func withoutReuseNothingIsFound() async throws {
        let model = try Self.load(reusesPrefixes: false)
        let request = Self.request(Self.prompt(100), tokens: 2)
        let first = try await model.generate(request).answer()
        let second = try await model.generate(request).answer()
        #expect(second.ids == first.ids)
        #expect(second.result.usage.promptCacheHitTokens == 0)
        #expect(try await model.rest().pagesCached == 0)
    }

    @Test func aFullQueueRefuses() async throws {
        let model = try Self.load(context: 2_048, sequences: 1, queue: 2)
        let streams = (0..<3).map { _ in model.generate(Self.request(Self.prompt(10))) }
        #expect(await code { _ = try await model.generate(Self.request([5])).answer() } == .overloaded)
        // Room is made by whoever goes.
        for stream in streams { stream.cancel() }
        for stream in streams { _ = try await stream.answer() }
        #expect(try await model.generate(Self.request([5], tokens: 1)).answer().ids.count == 1)
    }

    @Test func aDeadlineEndsWaitingAndRunning() async throws {
        let model = try Self.load(context: 30_000, sequences: 1)
        let soon = ContinuousClock.now + .milliseconds(300)
        let running = model.generate(Self.request(Self.prompt(10), deadline: soon))
        let waiting = model.generate(Self.request(Self.prompt(10, seed: 4), deadline: soon))
        let first = try await running.answer()
        #expect(first.result.finishReason == .deadline)
        #expect(first.ids.count < 29_990)
        let second = try await waiting.answer()
        #expect(second.result.finishReason == .deadline)
        #expect(second.ids.isEmpty)
        let late = Self.request(Self.prompt(10), tokens: 3, deadline: .now + .seconds(600))
        #expect(try await model.generate(late).answer().result.finishReason == .length)
    }

    @Test func whoGoesFreesItsPages() async throws {
        let model = try Self.load(context: 4_096, pool: 8_192)
        var iterators: [GenerationStream.AsyncIterator] = []
        for seed in 0..<4 {
            var iterator = model.generate(Self.request(Self.prompt(200, seed: Int32(seed)))).makeAsyncIterator()
            _ = try await iterator.next()
            iterators.append(iterator)
        }
        #expect(model.figures.running > 0)
        #expect(model.figures.pagesUsed > 0)
        iterators.removeAll()
        let figures = try await model.rest()
        #expect(figures.pagesUsed == 0)
        #expect(figures.running == 0)
    }

    @Test func aShortRequestOvertakesALongOne() async throws {
        let model = try Self.load(context: 20_000)
        let long = model.generate(Self.request(Self.prompt(10)))
        var reader = long.makeAsyncIterator()
        _ = try await reader.next()
        #expect(try await model.generate(Self.request(Self.prompt(12, seed: 8), tokens: 4)).answer().ids.count == 4)
        // The step that ended the short one notes it at its end.
        for _ in 0..<5_000 where model.figures.running != 1 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(model.figures.running == 1)
        long.cancel()
    }

    /// Pages are taken from the requests that run, which go on as if nothing had been.
    @Test func scoringDoesNotDisturbAnswers() async throws {
        let model = try Self.load(context: 512)
        let expected = try await model.generate(Self.request(Self.prompt(20), tokens: 300)).answer().ids
        let text = Self.prompt(500, seed: 9)
        var alone: [Float] = []
        try model.logits(ids: text, rows: .last) { _, row in alone = Array(row) }
        // Whether the answer is still being computed when its reader gets to the fifth token is up to the machine.
        for attempt in 0..<20 where model.figures.preemptions == 0 {
            let stream = model.generate(Self.request(Self.prompt(20), tokens: 300, tenant: "\(attempt)"))
            var ids: [Int32] = []
            for try await event in stream {
                guard case .token(let token) = event else { continue }
                ids.append(token.id)
                if ids.count == 5 {
                    try model.logits(ids: text, rows: .last) { _, row in #expect(Array(row) == alone) }
                }
            }
            #expect(ids == expected)
        }
        #expect(model.figures.preemptions >= 1)
    }
}
