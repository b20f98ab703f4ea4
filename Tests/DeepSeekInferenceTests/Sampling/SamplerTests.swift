import DeepSeekInference
import Foundation
import Testing

@Suite struct SamplerTests {
    static let logits: [Float] = [0.5, 2, -1, 1, 0, 1.5, -3, 0.25]

    /// The tokens that a sampler chooses from the same row again and again.
    private func draws(
        _ parameters: SamplingParameters, logits: [Float] = logits, prompt: [Int32] = [], count: Int = 1
    ) throws -> [Int32] {
        let sampler = try Sampler(parameters, vocabularySize: logits.count, prompt: prompt)
        return try (0..<count).map { _ in try logits.withUnsafeBufferPointer { try sampler.next($0) } }
    }

    /// Pearson's χ² of draws against probabilities. Tokens of probability 0 must not occur.
    private func expectDistribution(_ draws: [Int32], _ probabilities: [Double]) {
        var counts = [Int](repeating: 0, count: probabilities.count)
        for draw in draws { counts[Int(draw)] += 1 }
        let total = probabilities.reduce(0, +)
        var chiSquare = 0.0
        var freedom = -1.0
        for (count, probability) in zip(counts, probabilities) {
            let expected = probability / total * Double(draws.count)
            guard expected > 0 else {
                #expect(count == 0)
                continue
            }
            chiSquare += (Double(count) - expected) * (Double(count) - expected) / expected
            freedom += 1
        }
        // Four standard deviations above the mean of χ².
        #expect(chiSquare < freedom + 4 * (2 * max(freedom, 1)).squareRoot(), "χ² \(chiSquare), \(counts)")
    }

    private func softmax(_ logits: [Float], temperature: Double = 1) -> [Double] {
        logits.map { exp(Double($0) / temperature) }
    }

    @Test(arguments: [0.3, 1, 1.7]) func followsTheSoftmax(temperature: Double) throws {
        let draws = try draws(SamplingParameters(temperature: temperature, seed: 7), count: 40_000)
        expectDistribution(draws, softmax(Self.logits, temperature: temperature))
    }

    @Test(arguments: 1...9) func topKKeepsTheLikeliest(k: Int) throws {
        let draws = try draws(SamplingParameters(topK: k, seed: 11), count: 20_000)
        let least = Self.logits.sorted(by: >)[min(k, Self.logits.count) - 1]
        expectDistribution(
            draws, zip(softmax(Self.logits), Self.logits).map { $1 >= least ? $0 : 0 })
    }

    @Test(arguments: [0, -1]) func topKOfNothingKeepsAll(k: Int) throws {
        let draws = try draws(SamplingParameters(topK: k, seed: 3), count: 20_000)
        expectDistribution(draws, softmax(Self.logits))
    }

    @Test(arguments: [1e-9, 0.3, 0.5, 0.75, 0.9, 0.99, 1]) func topPKeepsTheSmallestSet(p: Double) throws {
        let weights = softmax(Self.logits)
        let total = weights.reduce(0, +)
        var sum = 0.0
        var kept = [Double](repeating: 0, count: weights.count)
        for token in weights.indices.sorted(by: { weights[$0] > weights[$1] }) where sum < p * total {
            kept[token] = weights[token]
            sum += weights[token]
        }
        expectDistribution(try draws(SamplingParameters(topP: p, seed: 5), count: 20_000), kept)
    }

    @Test(arguments: [0, 0.1, 0.3, 0.7, 1]) func minPIsRelativeToTheLikeliest(p: Double) throws {
        let weights = softmax(Self.logits)
        let largest = weights.max() ?? 0
        expectDistribution(
            try draws(SamplingParameters(minP: p, seed: 6), count: 20_000),
            weights.map { $0 >= p * largest ? $0 : 0 })
    }

    /// Top-p counts the share of what top-k left, and min-p looks at probabilities after the temperature.
    @Test func filtersFollowEachOther() throws {
        let logits: [Float] = [log(0.4), log(0.3), log(0.2), log(0.1)].map { Float($0) }
        // Of the three likeliest, the first two have 7/9 > 0.75; of all, they would have 0.7 < 0.75.
        expectDistribution(
            try draws(SamplingParameters(topP: 0.75, topK: 3, seed: 9), logits: logits, count: 20_000), [4, 3, 0, 0])
        // At temperature 2 the last is half as likely as the first; at 1 a quarter.
        expectDistribution(
            try draws(SamplingParameters(temperature: 2, minP: 0.45, seed: 9), logits: logits, count: 20_000),
            [0.4, 0.3, 0.2, 0.1].map { $0.squareRoot() })
    }

    @Test func equalsGoToTheLowestIDs() throws {
        let logits: [Float] = [1, 3, 3, 0, 3]
        #expect(try draws(.greedy, logits: logits) == [1])
        #expect(Set(try draws(SamplingParameters(topK: 2, seed: 1), logits: logits, count: 2_000)) == [1, 2])
        #expect(try draws(.greedy, logits: [-0.0, 0, -1]) == [0])
        #expect(try draws(.greedy, logits: [-5, -2, -2]) == [1])
    }

    @Test func theSmallestTemperatureIsGreedy() throws {
        #expect(Set(try draws(SamplingParameters(temperature: 1e-300, seed: 1), count: 100)) == [1])
    }

    @Test func sameSeedSameTokens() throws {
        let first = try draws(SamplingParameters(seed: 42), count: 100)
        #expect(try draws(SamplingParameters(seed: 42), count: 100) == first)
        #expect(try draws(SamplingParameters(seed: 43), count: 100) != first)
    }

    @Test func reportsTheSeedItDrew() throws {
        let sampler = try Sampler(SamplingParameters(), vocabularySize: 8)
        let again = try Sampler(SamplingParameters(seed: sampler.seed), vocabularySize: 8)
        for _ in 0..<50 {
            let tokens = try Self.logits.withUnsafeBufferPointer { row in
                (try sampler.next(row), try again.next(row))
            }
            #expect(tokens.0 == tokens.1)
        }
        #expect(try Sampler(SamplingParameters(), vocabularySize: 8).seed != sampler.seed)
    }

    @Test func biasComesFirst() throws {
        #expect(try draws(SamplingParameters(temperature: 0, logitBias: [6: 6])) == [6])
        // The penalty then halves the biased logit: (0.5 + 3.4) / 2 < 2, where 0.5 / 2 + 3.4 would be more.
        let parameters = SamplingParameters(temperature: 0, repetitionPenalty: 2, logitBias: [0: 3.4])
        #expect(try draws(parameters, prompt: [0]) == [1])
        #expect(try draws(SamplingParameters(temperature: 0, logitBias: [1: -100])) == [5])
    }

    @Test func repetitionPenaltyDividesOrMultiplies() throws {
        // 2 / 2 is less than 1.5.
        #expect(try draws(SamplingParameters(temperature: 0, repetitionPenalty: 2), prompt: [1]) == [5])
        // Negative logits fall too.
        #expect(
            try draws(SamplingParameters(temperature: 0, repetitionPenalty: 2), logits: [-1, -1.5], prompt: [0]) == [1])
        // What the answer holds counts once, however often: 2 becomes 1 for good, and 1.5 becomes 0.75.
        #expect(
            try draws(SamplingParameters(temperature: 0, repetitionPenalty: 2), count: 4) == [1, 5, 1, 1])
    }

    @Test func presencePenaltyIsOnce() throws {
        // 2 → 1.4, then token 5: 1.5 → 0.9, then token 1 at 1.4 for good.
        #expect(
            try draws(SamplingParameters(temperature: 0, presencePenalty: 0.6), count: 5) == [1, 5, 1, 1, 1])
        // Tokens of the prompt do not count.
        #expect(try draws(SamplingParameters(temperature: 0, presencePenalty: 2), prompt: [1, 5]) == [1])
    }

    @Test func frequencyPenaltyIsForEachTime() throws {
        // 2, 1.5 and 1 fall by 0.6 each time they are taken: 2 | 1.4 < 1.5 | .9 < 1.4 | .8 < 1 | .4 …
        #expect(
            try draws(SamplingParameters(temperature: 0, frequencyPenalty: 0.6), count: 5) == [1, 5, 1, 3, 5])
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [0.0, 1]) func refusesWhatIsNotANumber(
        bad: Float, temperature: Double
    ) throws {
        var logits = Self.logits
        logits[3] = bad
        #expect(code { _ = try draws(SamplingParameters(temperature: temperature), logits: logits) } == .invalidLogits)
    }

    @Test func refusesRowsOfAnotherLength() throws {
        let sampler = try Sampler(SamplingParameters(), vocabularySize: 9)
        #expect(code { _ = try Self.logits.withUnsafeBufferPointer { try sampler.next($0) } } == .invalidLogits)
    }
}
