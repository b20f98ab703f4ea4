import Logging
import ServiceLifecycle

/// The end of a server: what is under way may finish within a time, and is handed back after it.
struct Drain: Service {
    let answers: ActiveAnswers
    let time: Duration
    let logger: Logger

    func run() async throws {
        try await gracefulShutdown()
        answers.drain()
        logger.info("draining", metadata: ["answers": .stringConvertible(answers.count)])
        // Beside the other services, which end while this waits.
        Task { [answers, time] in
            try await Task.sleep(for: time)
            answers.stop()
        }
    }
}
