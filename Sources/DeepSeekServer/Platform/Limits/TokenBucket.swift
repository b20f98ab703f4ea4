/// So much per minute, and a minute's worth at once. It counts on a clock that nobody sets.
struct TokenBucket {
    private(set) var level: Double
    private var filled: ContinuousClock.Instant

    init(perMinute: Int, now: ContinuousClock.Instant) {
        level = Double(perMinute)
        filled = now
    }

    mutating func fill(perMinute: Int, now: ContinuousClock.Instant) {
        let seconds = filled.duration(to: now) / .seconds(1)
        level = min(level + max(seconds, 0) * Double(perMinute) / 60, Double(perMinute))
        filled = max(filled, now)
    }

    mutating func take(_ amount: Double) { level -= amount }

    /// Seconds until there is so much; 0 when there is.
    func wait(for amount: Double, perMinute: Int) -> Int {
        guard level < amount else { return 0 }
        return max(1, Int(((amount - level) * 60 / Double(perMinute)).rounded(.up)))
    }
}
