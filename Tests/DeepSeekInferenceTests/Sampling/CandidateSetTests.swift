import DeepSeekInference
import Foundation
import Testing

/// Held against sorting, on a vocabulary of the size of DeepSeek-V2's.
@Suite struct CandidateSetTests {
    static let vocabulary = 102_400

    /// Logits with many equals, in the hundredths.
    static func logits(spread: Double) -> [Float] {
        var generator = RandomGenerator(seed: 1)
        return (0..<vocabulary).map { _ in Float((generator.uniform() * spread * 100).rounded() / 100) }
    }

    @Test(arguments: [0.0, 0.5, 8, 30], [1, 2, 50, 2_000, 60_000, 102_400]) func topKIsTheHeadOfTheSortedList(
        spread: Double, k: Int
    ) throws {
        let logits = Self.logits(spread: spread)
        let set = CandidateSet(vocabularySize: Self.vocabulary)
        try logits.withUnsafeBufferPointer { try set.fill($0, temperature: 1, minP: 0) }
        set.keep(top: k)
        let sorted = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
        #expect(set.tokens == sorted.prefix(k).sorted().map(Int32.init))
    }

    @Test(arguments: [0.0, 0.5, 8, 30], [0.01, 0.5, 0.95, 0.999]) func topPIsTheHeadOfTheSortedList(
        spread: Double, p: Double
    ) throws {
        let logits = Self.logits(spread: spread)
        let set = CandidateSet(vocabularySize: Self.vocabulary)
        try logits.withUnsafeBufferPointer { try set.fill($0, temperature: 1, minP: 0) }
        set.keep(mass: p)
        let largest = logits.max() ?? 0
        let weights = logits.map { Double(exp($0 - largest)) }
        let sorted = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
        let target = p * weights.reduce(0, +)
        var sum = 0.0
        var count = 0
        while sum < target {
            sum += weights[sorted[count]]
            count += 1
        }
        // Sums in another order may differ in the last bits, and so at the very boundary.
        #expect(abs(set.count - count) <= 1)
        let kept = min(set.count, count)
        #expect(Set(set.tokens).isSuperset(of: sorted.prefix(kept).map(Int32.init)))
    }

    @Test func drawsFromBothEnds() throws {
        let set = CandidateSet(vocabularySize: 3)
        try [Float(0), 0, 0].withUnsafeBufferPointer { try set.fill($0, temperature: 1, minP: 0) }
        #expect(set.draw(0) == 0)
        #expect(set.draw(0.34) == 1)
        #expect(set.draw(1 - 0x1p-53) == 2)
    }
}
