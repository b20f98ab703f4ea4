import Synchronization

/// Set by Ctrl-C, read by work that stops at the next good moment.
final class InterruptFlag: Sendable {
    private let flag = Atomic(false)

    var isRaised: Bool { flag.load(ordering: .relaxed) }

    func raise() { flag.store(true, ordering: .relaxed) }
}
