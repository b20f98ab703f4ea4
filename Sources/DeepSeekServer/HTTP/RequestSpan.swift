import Logging
import Synchronization

/// The time of a request, from its head to the last byte of its answer or to where it broke off.
final class RequestSpan: Sendable {
    private struct State {
        var endpoint = ""
        var status = 0
        var isComplete = false
    }

    private let metrics: ServerMetrics
    private let logger: Logger
    private let method: String
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(_ metrics: ServerMetrics, _ logger: Logger, method: String) {
        self.metrics = metrics
        self.logger = logger
        self.method = method
        metrics.requestCame()
    }

    func answer(endpoint: String, status: Int) {
        state.withLock { ($0.endpoint, $0.status) = (endpoint, status) }
    }

    func complete() { state.withLock { $0.isComplete = true } }

    deinit {
        let state = state.withLock { $0 }
        let seconds = start.duration(to: .now) / .seconds(1)
        metrics.requestWent(endpoint: state.endpoint, status: state.status, seconds: seconds)
        logger.info(
            "request",
            metadata: [
                "method": .string(String(method.prefix(16))), "path": .string(state.endpoint),
                "status": .stringConvertible(state.status), "complete": .stringConvertible(state.isComplete),
                "milliseconds": .stringConvertible((seconds * 1_000).rounded()),
            ])
    }
}
