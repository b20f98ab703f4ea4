import DeepSeekHub
import Foundation
import Synchronization

/// Shows a download: one line that is redrawn on a terminal, a line every few seconds elsewhere.
final class ProgressPrinter: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)
    private let interval: Duration = Terminal.isErrorInteractive ? .milliseconds(100) : .seconds(10)

    func show(_ progress: HubProgress) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let last, last.duration(to: now) < interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let line = HubProgressBar.line(for: progress, width: Terminal.errorColumns)
        if Terminal.isErrorInteractive { Terminal.progress(line) } else { Terminal.note(line) }
    }

    func end() { Terminal.clearProgress() }
}
