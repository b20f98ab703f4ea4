import Dispatch
import Synchronization

/// Jobs from any thread, taken by one in the order in which they came.
final class JobQueue: Sendable {
    private struct Lists {
        var incoming: [InferenceThread.Job?] = []
        /// The next one last.
        var outgoing: [InferenceThread.Job?] = []
    }

    private let lists = Mutex(Lists())
    private let available = DispatchSemaphore(value: 0)

    /// - Parameter job: nil ends the thread that takes it.
    func append(_ job: InferenceThread.Job?) {
        lists.withLock { $0.incoming.append(job) }
        available.signal()
    }

    /// Waits for a job; nil means that there will be none.
    func next() -> InferenceThread.Job? {
        available.wait()
        return lists.withLock { lists in
            if lists.outgoing.isEmpty {
                lists.outgoing = lists.incoming.reversed()
                lists.incoming.removeAll()
            }
            return lists.outgoing.popLast() ?? nil
        }
    }
}
