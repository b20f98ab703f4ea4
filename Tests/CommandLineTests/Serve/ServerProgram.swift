import Foundation
import Testing

/// `deepseek serve` as a process of its own.
final class ServerProgram {
    private let folder: TemporaryFolder
    private let process = Process()
    let port: Int

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a server on a free port, and waits until it is ready.
    init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        folder = try TemporaryFolder()
        let log = folder.path + "/log"
        try Data().write(to: URL(filePath: log))
        process.executableURL = URL(filePath: DeepSeekProgram.path)
        process.arguments = ["serve", "--port", "0"] + arguments
        process.environment = DeepSeekProgram.environment.merging(environment) { $1 }
        process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
        try process.run()
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
            if text.contains(" ready"), let start = text.firstRange(of: "listening on ") {
                let line = text[start.upperBound...].prefix { $0 != "\n" }
                guard let port = Int(line.split(separator: ":").last?.prefix { $0.isNumber } ?? "") else {
                    throw Failure(description: "no port in \(line)")
                }
                self.port = port
                return
            }
            guard process.isRunning, ContinuousClock.now < end else {
                process.terminate()
                throw Failure(description: "the server did not get ready:\n\(text)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var log: String {
        get throws { String(decoding: try Data(contentsOf: URL(filePath: folder.path + "/log")), as: UTF8.self) }
    }

    /// Sends a signal and waits for the end.
    ///
    /// - Returns: the exit code; nil when the signal ended the process.
    @discardableResult
    func end(_ signal: Int32) async throws -> Int32? {
        kill(process.processIdentifier, signal)
        let end = ContinuousClock.now + .seconds(30)
        while process.isRunning {
            guard ContinuousClock.now < end else { throw Failure(description: "the server does not end:\n\(try log)") }
            try await Task.sleep(for: .milliseconds(20))
        }
        return process.terminationReason == .exit ? process.terminationStatus : nil
    }

    /// Runs a client in Python with the rest of its arguments.
    ///
    /// - Returns: what it wrote; nil when its packages are missing.
    static func python(_ script: String, _ arguments: [String]) async throws -> String? {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: script).path
        let folder = try TemporaryFolder()
        let output = folder.path + "/output"
        try Data().write(to: URL(filePath: output))
        let client = Process()
        client.executableURL = URL(filePath: "/usr/bin/env")
        client.arguments = ["python3", path] + arguments
        client.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        client.standardError = client.standardOutput
        try client.run()
        while client.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        let text = String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self)
        if client.terminationStatus == 77 || client.terminationStatus == 127 { return nil }
        #expect(client.terminationStatus == 0, "\(text)")
        return text
    }
}
