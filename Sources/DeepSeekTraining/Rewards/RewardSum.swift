/// The weighted sum of several rewards (equation 36 of the report: c1 helpful + c2 safety + c3 rule).
package final class RewardSum {
    /// What the answers of a step are worth.
    package struct Scores {
        /// Of each sample.
        package var totals: [Double]
        /// Of each reward, for each sample, before its weight.
        package var parts: [[Double]]
        package var failures: [RewardFailure] = []
    }

    package enum Part {
        case rule(any Reward)
        case batch(any BatchReward)

        package var name: String {
            switch self {
            case .rule(let reward): reward.name
            case .batch(let reward): reward.name
            }
        }
    }

    /// In the order of the recipe.
    package let parts: [(reward: Part, weight: Double)]
    private let runner: RewardRunner

    package init(_ parts: [(reward: Part, weight: Double)], runner: RewardRunner) {
        self.parts = parts
        self.runner = runner
    }

    /// Names of the parts, each once.
    package var names: [String] {
        parts.indices.map { index in
            let name = parts[index].reward.name
            let before = parts[..<index].count { $0.reward.name == name }
            return before == 0 ? name : "\(name)_\(before + 1)"
        }
    }

    /// - Throws: ``TrainingError`` `rewardFailed` where a reward judged none of the answers.
    package func scores(_ samples: [RewardSample]) throws -> Scores {
        var scores = Scores(totals: samples.map { _ in 0 }, parts: [])
        let rules = parts.compactMap { part -> (any Reward)? in
            if case .rule(let reward) = part.reward { reward } else { nil }
        }
        let judged = try runner.scores(rules, samples)
        var rule = 0
        for (part, weight) in parts {
            var values = [Double](repeating: 0, count: samples.count)
            switch part {
            case .batch(let reward): values = try reward.scores(samples)
            case .rule:
                var failures: [RewardFailure] = []
                for sample in samples.indices {
                    switch judged[sample][rule] {
                    case .success(let value): values[sample] = value
                    case .failure(let failure): failures.append(failure)
                    }
                }
                rule += 1
                if let failure = failures.first, failures.count == samples.count {
                    throw TrainingError(
                        .rewardFailed,
                        "the reward \"\(failure.reward)\" judged none of \(samples.count) answers: it \(failure.message)"
                    )
                }
                scores.failures += failures
            }
            scores.parts.append(values)
            for sample in samples.indices { scores.totals[sample] += weight * values[sample] }
        }
        return scores
    }
}
