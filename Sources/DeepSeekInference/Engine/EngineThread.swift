import Dispatch
import Foundation

/// The one thread that runs an engine, step after step, and never awaits.
// Unchecked: the engine is only touched by the thread, or by a caller to whom the thread lends it while it waits.
final class EngineThread: @unchecked Sendable {
    private let engine: Engine
    private let mailbox = Mailbox()

    init(_ engine: Engine) {
        self.engine = engine
        let worker = Worker(engine: engine, mailbox: mailbox)
        let thread = Thread { worker.run() }
        thread.name = "deepseek-engine"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { mailbox.append(.stop) }

    func submit(_ job: GenerationJob) { mailbox.append(.request(job)) }

    /// Waits for the end of a step, and then runs the body on the calling thread while this one rests.
    func borrow<Value>(_ body: (Engine) throws -> Value) rethrows -> Value {
        let (ready, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        mailbox.append(
            .task { _ in
                ready.signal()
                done.wait()
            })
        ready.wait()
        defer { done.signal() }
        return try body(engine)
    }

    /// What the thread itself keeps alive, so that the owner can go while it ends.
    // Unchecked: see `EngineThread`.
    private struct Worker: @unchecked Sendable {
        let engine: Engine
        let mailbox: Mailbox

        func run() {
            var messages: [Mailbox.Message] = []
            while true {
                if engine.isIdle { mailbox.wait() }
                mailbox.take(into: &messages)
                for message in messages {
                    switch message {
                    case .request(let job): engine.submit(job)
                    case .task(let task): task(engine)
                    // Nobody is left who wants an answer.
                    case .stop: return
                    }
                }
                messages.removeAll(keepingCapacity: true)
                engine.step()
            }
        }
    }
}
