import Dispatch

/// Two computations that do not need one another, at once where there are two processors.
enum Concurrently {
    static func run<First: Sendable, Second: Sendable, Failure>(
        _ first: @Sendable () throws(Failure) -> First, _ second: @Sendable () throws(Failure) -> Second
    ) -> (Result<First, Failure>, Result<Second, Failure>) {
        // Each is written by one computation, and read when both are done.
        nonisolated(unsafe) var firstResult: Result<First, Failure>?
        nonisolated(unsafe) var secondResult: Result<Second, Failure>?
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            if number == 0 {
                firstResult = Result { () throws(Failure) in try first() }
            } else {
                secondResult = Result { () throws(Failure) in try second() }
            }
        }
        guard let firstResult, let secondResult else { preconditionFailure("a computation was left out") }
        return (firstResult, secondResult)
    }
}
