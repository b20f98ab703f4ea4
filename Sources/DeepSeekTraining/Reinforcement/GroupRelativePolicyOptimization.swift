import Foundation

/// GRPO's loss (equations 32 to 34 of the report), to be minimised:
///
///     −1/N Σ_i mean_t [ w · min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β · k3 ],
///     ρ = π / π_old,  k3 = π_ref / π − ln(π_ref / π) − 1,  w = min(π_old / π_sampler, C).
///
/// ρ, k3 and w are those of a token, or of a whole answer (``PolicyOptions/Ratio``). N counts the answers of the step.
package final class GroupRelativePolicyOptimization: TokenObjective {
    /// Sums over the tokens (or answers) of the passes since they were last cleared.
    package struct Figures {
        package var loss = 0.0
        package var divergence = 0.0
        package var clipped = 0.0
        package var weight = 0.0
        /// Weights that C has cut.
        package var truncated = 0.0
        /// Of ln π − ln π_sampler, absolute.
        package var mismatch = 0.0
        /// Tokens, and terms of the sums: tokens or answers.
        package var tokens = 0
        package var terms = 0

        package init() {}
    }

    /// The targets of one answer within a pass, in the order of rows.
    package struct Span {
        package var answer: Int
        package var count: Int

        package init(answer: Int, count: Int) {
            self.answer = answer
            self.count = count
        }
    }

    private let options: PolicyOptions
    /// Of the step. An update that finds no `old` in an answer puts its own log-probabilities there: it is the first.
    package var answers: [ScoredAnswer] = []
    /// Of the pass that comes next.
    package var spans: [Span] = []
    package var figures = Figures()

    package init(_ options: PolicyOptions) { self.options = options }

    package func evaluate(
        rows: UnsafeBufferPointer<Int32>, logProbabilities: UnsafePointer<Float>, slopes: UnsafeMutablePointer<Float>
    ) {
        var first = 0
        for span in spans {
            let current = UnsafeBufferPointer(start: logProbabilities + first, count: span.count)
            let target = UnsafeMutableBufferPointer(start: slopes + first, count: span.count)
            if answers[span.answer].old.isEmpty { answers[span.answer].old = Array(current) }
            let answer = answers[span.answer]
            for place in 0..<span.count { figures.mismatch += Double(abs(current[place] - answer.sampled[place])) }
            figures.tokens += span.count
            switch options.ratio {
            case .token: tokens(answer, current, target)
            case .sequence: sequence(answer, current, target)
            }
            first += span.count
        }
    }

    private func tokens(
        _ answer: ScoredAnswer, _ current: UnsafeBufferPointer<Float>, _ slopes: UnsafeMutableBufferPointer<Float>
    ) {
        let share = 1 / Double(answers.count * current.count)
        for place in current.indices {
            slopes[place] = Float(
                term(
                    advantage: answer.advantage, current: Double(current[place]), old: Double(answer.old[place]),
                    sampled: Double(answer.sampled[place]),
                    reference: answer.reference.isEmpty ? nil : Double(answer.reference[place]), share: share))
        }
    }

    private func sequence(
        _ answer: ScoredAnswer, _ current: UnsafeBufferPointer<Float>, _ slopes: UnsafeMutableBufferPointer<Float>
    ) {
        func sum(_ values: some Sequence<Float>) -> Double { values.reduce(0) { $0 + Double($1) } }
        let slope = term(
            advantage: answer.advantage, current: sum(current), old: sum(answer.old), sampled: sum(answer.sampled),
            reference: answer.reference.isEmpty ? nil : sum(answer.reference), share: 1 / Double(answers.count))
        slopes.update(repeating: Float(slope))
    }

    /// Adds one term of the loss to the figures.
    ///
    /// - Returns: its derivative by `current`.
    private func term(
        advantage: Double, current: Double, old: Double, sampled: Double, reference: Double?, share: Double
    ) -> Double {
        var weight = 1.0
        if let limit = options.importanceLimit {
            let whole = Self.exponential(old - sampled)
            weight = min(whole, limit)
            figures.truncated += whole > limit ? 1 : 0
        }
        let ratio = Self.exponential(current - old)
        let bounded = min(max(ratio, 1 - options.clip), 1 + options.clip) * advantage
        let isClipped = bounded < ratio * advantage
        var loss = -weight * min(ratio * advantage, bounded)
        var slope = isClipped ? 0 : -weight * ratio * advantage
        if let reference {
            let inverse = Self.exponential(reference - current)
            let divergence = inverse - (reference - current) - 1
            loss += options.divergenceWeight * divergence
            slope += options.divergenceWeight * (1 - inverse)
            figures.divergence += divergence
        }
        figures.loss += loss * share
        figures.clipped += isClipped ? 1 : 0
        figures.weight += weight
        figures.terms += 1
        return slope * share
    }

    /// e^x, without infinities: those times an advantage of 0 would not be a number.
    private static func exponential(_ x: Double) -> Double { exp(min(max(x, -40), 40)) }
}
