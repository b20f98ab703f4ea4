import DeepSeekInference
import Foundation

/// How many tokens prompts or answers have. None has fewer than one.
public enum LengthDistribution: Sendable, Hashable {
    case fixed(Int)
    /// Each length equally likely.
    case uniform(ClosedRange<Int>)
    case normal(mean: Double, deviation: Double)
    /// Many short ones and few long ones.
    case exponential(mean: Double)

    /// Longer ones are taken for a mistake.
    private static let limit = 10_000_000

    /// - Parameter text: `128`, `64-256`, `normal:128,32` or `exponential:128`.
    /// - Throws: ``ServingError`` `badLengths`.
    public init(_ text: String) throws(ServingError) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        let numbers = (parts.last ?? "").split(separator: ",").map { Double($0) ?? .nan }
        let areSound = !numbers.isEmpty && numbers.allSatisfy { (0...Double(Self.limit)).contains($0) }
        switch (parts.count, parts.first) {
        case (2, "normal") where areSound && numbers.count == 2:
            self = .normal(mean: numbers[0], deviation: numbers[1])
        case (2, "exponential") where areSound && numbers.count == 1:
            self = .exponential(mean: numbers[0])
        case (1, let range?):
            let bounds = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard let first = bounds.first, let last = bounds.last, bounds.count <= 2, first >= 1, last >= first,
                last <= Self.limit
            else { fallthrough }
            self = first == last ? .fixed(first) : .uniform(first...last)
        default:
            throw ServingError(
                .badLengths,
                "\"\(text)\" is no distribution of lengths; write a number of tokens such as 128, a range such as 64-256, "
                    + "normal:MEAN,DEVIATION or exponential:MEAN")
        }
    }

    public func sample(_ random: inout RandomGenerator) -> Int {
        let value: Double
        switch self {
        case .fixed(let length): return length
        case .uniform(let range): return Int.random(in: range, using: &random)
        case .normal(let mean, let deviation):
            // Box and Muller; 1 − u is never 0.
            let radius = (-2 * log(1 - random.uniform())).squareRoot()
            value = mean + deviation * radius * cos(2 * .pi * random.uniform())
        case .exponential(let mean): value = -mean * log(1 - random.uniform())
        }
        return max(Int(value.rounded()), 1)
    }
}
