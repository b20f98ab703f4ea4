#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The tokens that may come next, in order of id, with weights that are proportional to their probabilities; the
/// likeliest has weight 1.
///
/// Choosing the best of them is a radix selection over the bits of the weights, whose order is that of the numbers: three
/// passes, whatever is asked for, and no sorting. Nothing is allocated after `init`.
package final class CandidateSet {
    private static let bins = 1 << 11

    package private(set) var count = 0
    private let ids: UnsafeMutablePointer<Int32>
    private let weights: UnsafeMutablePointer<Float>
    /// Counts or weights by 11 bits of the weight.
    private let histogram: UnsafeMutablePointer<Double>

    package init(vocabularySize: Int) {
        ids = .allocate(capacity: vocabularySize)
        weights = .allocate(capacity: vocabularySize)
        histogram = .allocate(capacity: Self.bins)
    }

    deinit {
        ids.deallocate()
        weights.deallocate()
        histogram.deallocate()
    }

    /// Takes all tokens at least `minP` times as likely as the likeliest one.
    ///
    /// - Parameters:
    ///   - scores: at most as many as the vocabulary has tokens.
    ///   - isRestricted: whether −∞ stands for tokens that may not be chosen.
    package func fill(
        _ scores: UnsafeBufferPointer<Float>, isRestricted: Bool = false, temperature: Double, minP: Double
    ) throws(InferenceError) {
        let maximum = try LogitRow.maximum(scores, isRestricted: isRestricted)
        let divisor = max(Float(temperature), .leastNormalMagnitude)
        // The smallest positive weight, so that what underflows is left out.
        let least = max(Float(minP), .leastNonzeroMagnitude)
        var count = 0
        for id in 0..<scores.count {
            let weight = exp((scores[id] - maximum) / divisor)
            // Stored in any case, which costs less than a branch that is hard to foresee.
            ids[count] = Int32(truncatingIfNeeded: id)
            weights[count] = weight
            count += weight >= least ? 1 : 0
        }
        self.count = count
    }

    /// Keeps the `k` likeliest; among equals the lower ids.
    package func keep(top k: Int) {
        if k < count { keep(upTo: Double(k)) { _ in 1 } }
    }

    /// Keeps the fewest likeliest whose share of all weights reaches `p`; among equals the lower ids.
    package func keep(mass p: Double) {
        if p < 1 { keep(upTo: p * totalWeight) { Double($0) } }
    }

    /// The candidates, in order.
    package var tokens: [Int32] { (0..<count).map { ids[$0] } }

    /// - Parameter uniform: a random number in [0, 1).
    package func draw(_ uniform: Double) -> Int32 {
        let target = uniform * totalWeight
        var sum = 0.0
        for index in 0..<count {
            sum += Double(weights[index])
            if sum > target { return ids[index] }
        }
        return ids[max(count - 1, 0)]
    }

    private var totalWeight: Double {
        var sum = 0.0
        for index in 0..<count { sum += Double(weights[index]) }
        return sum
    }

    /// Keeps the candidates of largest weight until their measures add up to the target.
    @inline(__always)
    private func keep(upTo target: Double, measure: (Float) -> Double) {
        var bits: UInt32 = 0
        var above = 0.0
        bits = narrow(bits, from: 32, to: 21, above: &above, target: target, measure: measure)
        bits = narrow(bits, from: 21, to: 10, above: &above, target: target, measure: measure)
        bits = narrow(bits, from: 10, to: 0, above: &above, target: target, measure: measure)
        var equals = max(1, ((target - above) / measure(Float(bitPattern: bits))).rounded(.up))
        var kept = 0
        for index in 0..<count {
            let weight = weights[index]
            if weight.bitPattern == bits {
                guard equals > 0 else { continue }
                equals -= 1
            } else if weight.bitPattern < bits {
                continue
            }
            ids[kept] = ids[index]
            weights[kept] = weight
            kept += 1
        }
        count = kept
    }

    /// One pass: knows the bits of the last weight to keep from bit `high` up, and finds those from bit `low` up.
    ///
    /// - Parameter above: measures of all larger weights.
    @inline(__always)
    private func narrow(
        _ known: UInt32, from high: UInt32, to low: UInt32, above: inout Double, target: Double,
        measure: (Float) -> Double
    ) -> UInt32 {
        let bins = 1 << Int(high - low)
        let sums = histogram
        for bin in 0..<bins { sums[bin] = 0 }
        for index in 0..<count {
            let weight = weights[index]
            // Shifting by 32 gives 0, as it should for a first pass.
            guard (weight.bitPattern ^ known) >> high == 0 else { continue }
            sums[Int(weight.bitPattern >> low) & (bins - 1)] += measure(weight)
        }
        // If rounding keeps the sum below the target, it is the lowest bin that is not empty.
        var chosen = 0
        var sum = above
        var bin = bins - 1
        while bin >= 0, sum < target {
            if sums[bin] > 0 {
                chosen = bin
                above = sum
                sum += sums[bin]
            }
            bin -= 1
        }
        return known | UInt32(chosen) << low
    }
}
