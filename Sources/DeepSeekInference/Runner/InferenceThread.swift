import Dispatch
import Foundation

/// The one thread that runs a model. It does what it is asked in order, and never awaits.
// Unchecked: the runner is only touched by the thread, or by a caller to whom the thread lends it while it waits.
final class InferenceThread: @unchecked Sendable {
    typealias Job = @Sendable (ModelRunner) -> Void

    private let runner: ModelRunner
    private let queue = JobQueue()

    init(_ runner: ModelRunner) {
        self.runner = runner
        let worker = Worker(runner: runner, queue: queue)
        let thread = Thread { worker.run() }
        thread.name = "deepseek-inference"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { queue.append(nil) }

    func enqueue(_ job: @escaping Job) { queue.append(job) }

    /// Waits for its turn, and then runs the body on the calling thread while this one rests.
    func borrow<Value>(_ body: (ModelRunner) throws -> Value) rethrows -> Value {
        let (ready, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        enqueue { _ in
            ready.signal()
            done.wait()
        }
        ready.wait()
        defer { done.signal() }
        return try body(runner)
    }

    /// What the thread itself keeps alive, so that the owner can go while it ends.
    // Unchecked: see `InferenceThread`.
    private struct Worker: @unchecked Sendable {
        let runner: ModelRunner
        let queue: JobQueue

        func run() {
            while let job = queue.next() { job(runner) }
        }
    }
}
