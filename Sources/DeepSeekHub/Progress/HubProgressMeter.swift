import Synchronization

/// Collects the progress of files that download side by side, and reports it some ten times a second.
final class HubProgressMeter: Sendable {
    private struct State {
        var progress: HubProgress
        /// Bytes that came over the network so far.
        var received = 0
        /// When how many had come, over the last seconds.
        var samples: [(time: ContinuousClock.Instant, received: Int)] = []
        var lastReport: ContinuousClock.Instant?
    }

    private static let interval = Duration.milliseconds(100)
    private static let window = Duration.seconds(5)

    private let state: Mutex<State>
    private let report: @Sendable (HubProgress) -> Void

    init(_ files: [HubFile], report: @escaping @Sendable (HubProgress) -> Void) {
        let files = files.map { HubProgress.File(name: $0.name, bytesDone: 0, bytesTotal: $0.size) }
        state = Mutex(State(progress: HubProgress(files: files, bytesPerSecond: nil)))
        self.report = report
    }

    /// What is on disk before the network brings anything.
    func found(_ index: Int, bytesDone: Int) { update(index, bytesDone, isReceived: false) }

    func received(_ index: Int, bytesDone: Int) { update(index, bytesDone, isReceived: true) }

    /// Reports the last state, however recent the report before.
    func finish() {
        state.withLock { state in
            state.progress.bytesPerSecond = nil
            report(state.progress)
        }
    }

    /// The report is made under the lock, so that reports come one at a time and in order.
    private func update(_ index: Int, _ bytesDone: Int, isReceived: Bool) {
        let now = ContinuousClock.now
        state.withLock { state in
            let change = bytesDone - state.progress.files[index].bytesDone
            state.progress.files[index].bytesDone = bytesDone
            state.progress.bytesDone += change
            if isReceived { state.received += max(0, change) }
            if let last = state.lastReport, now - last < Self.interval { return }
            state.lastReport = now
            state.samples.append((now, state.received))
            state.samples.removeAll { now - $0.time > Self.window }
            if let first = state.samples.first, now - first.time >= Self.interval {
                state.progress.bytesPerSecond =
                    Double(state.received - first.received) / ((now - first.time) / .seconds(1))
            }
            report(state.progress)
        }
    }
}
