/// A_i = (r_i − mean(r)) / std(r) within a group (equation 34 of the report): how much better an answer is than the
/// others to the same question. The deviation is that of the group itself (divided by G).
package enum GroupAdvantages {
    /// Below it all rewards count as equal, and nothing is to be learned from the group.
    private static let least = 1e-6

    package static func advantages(_ rewards: [Double]) -> [Double] {
        let count = Double(max(rewards.count, 1))
        let mean = rewards.reduce(0, +) / count
        let deviation = (rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        guard deviation > least else { return rewards.map { _ in 0 } }
        return rewards.map { ($0 - mean) / deviation }
    }
}
