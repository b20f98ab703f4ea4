/// Timing of ceilings.
enum Probing {
    /// Seconds of the fastest of some runs: what the machine can do when nothing else is in the way.
    static func shortest(of runs: Int, _ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        return (0..<runs).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
    }
}
