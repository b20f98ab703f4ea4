import Foundation
import Synchronization

/// A `deepseek serve` of its own, on a free port, for as long as it is measured.
final class ServedProcess: Sendable {
    private static let patience = Duration.seconds(600)
    private static let announcement = "listening on "

    /// Up to and with `/v1`.
    let address: String
    private let process: Mutex<Process>

    private init(address: String, process: sending Process) {
        self.address = address
        self.process = Mutex(process)
    }

    /// Starts it and waits until the model is loaded.
    static func start(_ options: [String]) async throws -> ServedProcess {
        let log = FileManager.default.temporaryDirectory.appending(path: "deepseek-serve-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let process = Process()
        process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        // Last, and so they count: the log tells when the model is loaded.
        process.arguments = ["serve"] + options + ["--port", "0", "--log-level", "info"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        let end = ContinuousClock.now + patience
        while true {
            let text = String(decoding: try Data(contentsOf: log), as: UTF8.self)
            let lines = text.split(whereSeparator: \.isNewline)
            if text.contains(" ready"), let line = lines.first(where: { $0.hasPrefix(announcement) }) {
                return ServedProcess(address: String(line.dropFirst(announcement.count)), process: process)
            }
            guard process.isRunning, ContinuousClock.now < end else {
                if process.isRunning { process.terminate() }
                throw CommandError(
                    "'deepseek serve \(options.joined(separator: " "))' did not get ready:\n\(text.suffix(2_000))")
            }
            Terminal.progress("starting the server")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Tells it to end, and waits for it.
    func end() async {
        process.withLock { if $0.isRunning { $0.terminate() } }
        while process.withLock({ $0.isRunning }) { try? await Task.sleep(for: .milliseconds(50)) }
    }
}
