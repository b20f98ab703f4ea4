import Synchronization

/// Finds writes that a client does not take.
final class StallWatch: Sendable {
    private let limit: Duration
    private let giveUp: @Sendable () -> Void
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter giveUp: called when a write has waited for longer than the limit.
    init(limit: Duration, giveUp: @escaping @Sendable () -> Void) {
        (self.limit, self.giveUp) = (limit, giveUp)
    }

    func begin() { start.withLock { $0 = .now } }

    func end() { start.withLock { $0 = nil } }

    @Sendable func check() {
        let isStalled = start.withLock { start in start.map { $0.duration(to: .now) > limit } ?? false }
        if isStalled { giveUp() }
    }
}
