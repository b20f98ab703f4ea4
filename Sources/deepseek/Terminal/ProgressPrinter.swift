import DeepSeekHub
import Foundation
import Synchronization

/// Shows how far something is: one line that is redrawn on a terminal, a line every few seconds elsewhere.
final class ProgressPrinter: Sendable {
    private let last = Mutex<ContinuousClock.Instant?>(nil)
    private let interval: Duration = Terminal.isErrorInteractive ? .milliseconds(100) : .seconds(10)

    func show(_ progress: HubProgress) { show { HubProgressBar.line(for: progress, width: $0) } }

    /// - Parameter line: for a terminal of so many columns; only asked for when one is due.
    func show(_ line: (_ width: Int) -> String) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            if let last, last.duration(to: now) < interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let line = line(Terminal.errorColumns)
        if Terminal.isErrorInteractive { Terminal.progress(line) } else { Terminal.note(line) }
    }

    func end() { Terminal.clearProgress() }
}
