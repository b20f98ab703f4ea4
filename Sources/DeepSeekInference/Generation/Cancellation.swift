import Synchronization

/// A flag that the consumer of an answer raises and the thread that runs the model looks at before each step.
package final class Cancellation: Sendable {
    private let flag = Atomic(false)

    package init() {}

    var isRequested: Bool { flag.load(ordering: .relaxed) }

    package func request() { flag.store(true, ordering: .relaxed) }
}
