import DeepSeekInference
import Testing

/// With batch-invariant arithmetic an answer is its own: it does not depend on who shares the steps, on pages that were
/// taken away and computed again, on prefixes that were found, or on drafts.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct InterleavingTests {
    struct Wish: Sendable {
        var request: GenerationRequest
        /// Cancelled after so many tokens.
        var patience: Int?
        var delay: Duration
    }

    private static func wishes(_ count: Int, random: inout RandomGenerator) -> [Wish] {
        (0..<count).map { _ in
            let family = Int32.random(in: 0..<3, using: &random)
            var prompt = (0..<Int32.random(in: 1...120, using: &random)).map { ($0 * 31 + family * 7) % 500 + 3 }
            if Bool.random(using: &random) { prompt.append(Int32.random(in: 3..<500, using: &random)) }
            var sampling = SamplingParameters(temperature: 0, ignoresEndOfSequence: true)
            if Int.random(in: 0..<3, using: &random) == 0 {
                (sampling.temperature, sampling.seed) = (0.9, UInt64.random(in: 0..<100, using: &random))
                sampling.repetitionPenalty = 1.1
            }
            sampling.maximumTokens = Int.random(in: 1...100, using: &random)
            return Wish(
                request: GenerationRequest(
                    prompt: prompt, sampling: sampling, priority: Int.random(in: 0...1, using: &random),
                    tenant: ["a", "b", nil].randomElement(using: &random) ?? nil,
                    isIsolated: Bool.random(using: &random), drafts: [0, 0, 4].randomElement(using: &random)),
                patience: Int.random(in: 0..<5, using: &random) == 0 ? Int.random(in: 0...20, using: &random) : nil,
                delay: .microseconds(Int.random(in: 0...20_000, using: &random)))
        }
    }

    @Test(arguments: ["v2-tiny", "v2-lite-tiny", "v2-quirks-tiny", "llama-gqa-tiny"], 0..<3)
    func companyDoesNotMatter(name: String, seed: Int) async throws {
        var random = RandomGenerator(seed: UInt64(seed * 100 + name.utf8.count))
        let wishes = Self.wishes(24, random: &random)
        func load(_ sequences: Int, pool: Int, budget: Int, reuses: Bool) throws -> LanguageModel {
            try LanguageModel.load(
                Shared.golden(name) + "/fp32",
                options: LoadOptions(
                    batchInvariant: true, threads: 1 + seed % 2, contextLength: 256, chunk: 48,
                    maximumSequences: sequences, tokenBudget: budget, poolTokens: pool, reusesPrefixes: reuses))
        }
        let alone = try load(1, pool: 256, budget: 48, reuses: false)
        var expected: [[Int32]] = []
        for wish in wishes {
            var request = wish.request
            request.drafts = 0
            expected.append(try await alone.generate(request).answer().ids)
        }
        let pool = [256, 384, 640][seed]
        let crowd = try load(7, pool: pool, budget: [24, 64, 48][seed], reuses: seed != 1)
        let answers = try await withThrowingTaskGroup(of: (Int, GeneratedAnswer).self) { group in
            for (index, wish) in wishes.enumerated() {
                group.addTask {
                    try await Task.sleep(for: wish.delay)
                    return (index, try await Self.answer(wish, of: crowd))
                }
            }
            var answers = [GeneratedAnswer?](repeating: nil, count: wishes.count)
            for try await (index, answer) in group { answers[index] = answer }
            return answers
        }
        for (index, answer) in answers.enumerated() {
            let answer = try #require(answer)
            if answer.result.finishReason == .cancelled {
                #expect(Array(expected[index].prefix(answer.ids.count)) == answer.ids, "request \(index)")
            } else {
                #expect(answer.ids == expected[index], "request \(index)")
            }
        }
        let figures = try await crowd.rest()
        #expect(figures.queued + figures.running == 0)
        #expect(figures.pagesUsed == 0)
        #expect(figures.finishedRequests == wishes.count)
        #expect(figures.preemptions > 0 || pool > 256)
    }

    private static func answer(_ wish: Wish, of model: LanguageModel) async throws -> GeneratedAnswer {
        let stream = model.generate(wish.request)
        guard let patience = wish.patience else { return try await stream.answer() }
        if patience == 0 { stream.cancel() }
        var tokens: [GeneratedToken] = []
        for try await event in stream {
            switch event {
            case .token(let token):
                tokens.append(token)
                if tokens.count == patience { stream.cancel() }
            case .finished(let result): return GeneratedAnswer(tokens: tokens, text: nil, result: result)
            }
        }
        throw CancellationError()
    }
}
