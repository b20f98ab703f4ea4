import Dispatch
import Synchronization

/// What any thread leaves for the engine's. Looking into an empty box takes no lock.
final class Mailbox: Sendable {
    enum Message: Sendable {
        case request(GenerationJob)
        /// Something to be done between two steps.
        case task(@Sendable (Engine) -> Void)
        /// The thread ends.
        case stop
    }

    private struct State {
        var messages: [Message] = []
        var isReaderAsleep = false
    }

    private let state = Mutex(State())
    private let hasMail = Atomic(false)
    private let alarm = DispatchSemaphore(value: 0)

    func append(_ message: Message) {
        let wakes = state.withLock { state in
            state.messages.append(message)
            defer { state.isReaderAsleep = false }
            return state.isReaderAsleep
        }
        hasMail.store(true, ordering: .releasing)
        if wakes { alarm.signal() }
    }

    /// Takes what has come, in order, into an empty list.
    func take(into list: inout [Message]) {
        guard hasMail.exchange(false, ordering: .acquiring) else { return }
        state.withLock { swap(&$0.messages, &list) }
    }

    /// Sleeps until there is something. One thread may.
    func wait() {
        let sleeps = state.withLock { state in
            state.isReaderAsleep = state.messages.isEmpty
            return state.isReaderAsleep
        }
        if sleeps { alarm.wait() }
    }
}
