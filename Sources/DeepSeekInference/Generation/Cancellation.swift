import Synchronization

/// A flag that the consumer of an answer raises and the thread that runs the model looks at before each step.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isRequested: Bool { flag.load(ordering: .relaxed) }

    func request() { flag.store(true, ordering: .relaxed) }
}
