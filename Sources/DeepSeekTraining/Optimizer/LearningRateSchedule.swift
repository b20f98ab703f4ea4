/// Linear warm-up, then steps down (section 3.1.2: times 0.316 after 60 % and 90 % of the tokens).
public struct LearningRateSchedule: Sendable, Hashable {
    public var maximum = 4.2e-4
    public var warmupSteps = 2000
    /// Shares of the run after which the rate is multiplied by `factor`.
    public var decayAt = [0.8, 0.9]
    public var factor = 0.316

    public init() {}

    /// - Parameter step: from 1.
    public func rate(step: Int, of steps: Int) -> Double {
        if step <= warmupSteps { return maximum * Double(step) / Double(warmupSteps) }
        return decayAt.reduce(maximum) { $0 * (Double(step) > $1 * Double(steps) ? factor : 1) }
    }
}
