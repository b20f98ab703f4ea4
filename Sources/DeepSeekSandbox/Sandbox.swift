import CDeepSeekPlatform
import Foundation

/// Runs a program that nobody trusts: in an empty folder of its own that goes away afterwards, with no environment but a
/// `PATH`, with limits of time, memory and output, and without a network where the system allows that (a user or network
/// namespace of Linux); ``SandboxOutcome/networkReason`` says where it does not.
///
/// It is no wall against a program that looks for holes in the system: it runs as the same user, reads what that user may
/// read, and a process that leaves its group outlives it. For strangers' code use a container or a virtual machine as well.
public struct Sandbox: Sendable {
    public var limits: SandboxLimits

    public init(limits: SandboxLimits = SandboxLimits()) { self.limits = limits }

    /// Where a program lies, by the usual folders; nil if it is in none.
    public static func path(of program: String) -> String? {
        let folders = ["/usr/local/bin", "/usr/bin", "/bin"]
        return folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Why programs have a network here; nil where they have none. Starts one to find out.
    public static func networkReason() throws -> String? {
        try Sandbox().run("/bin/sh", ["-c", "exit 0"]).networkReason
    }

    /// - Parameters:
    ///   - program: its path.
    ///   - files: put into the folder that it runs in, by name.
    /// - Throws: ``SandboxError``. A program that fails is an outcome, not an error.
    public func run(
        _ program: String, _ arguments: [String], files: [String: String] = [:]
    ) throws(SandboxError) -> SandboxOutcome {
        let folder = try Self.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, contents) in files {
            do {
                try contents.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
            } catch {
                throw SandboxError(.cannotStart, "\(folder)/\(name): cannot be written: \(error.localizedDescription)")
            }
        }
        var ends: (read: Int32, write: Int32) = (-1, -1)
        guard withUnsafeMutableBytes(of: &ends, { pipe($0.bindMemory(to: Int32.self).baseAddress) }) == 0 else {
            throw SandboxError(.cannotStart, "no pipe can be had: \(String(cString: strerror(errno)))")
        }
        defer { close(ends.read) }
        _ = fcntl(ends.read, F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends.read, F_SETFL, O_NONBLOCK)
        _ = fcntl(ends.write, F_SETFD, FD_CLOEXEC)
        var networkError: Int32 = 0
        let process = start(program, arguments, folder: folder, output: ends.write, &networkError)
        close(ends.write)
        guard process > 0 else {
            let reason = String(cString: strerror(-process))
            throw SandboxError(
                process == -ENOENT ? .notFound : .cannotStart, "\(program): cannot be started: \(reason)")
        }
        let (ending, output) = watch(process, output: ends.read)
        return SandboxOutcome(
            ending: ending, output: String(decoding: output, as: UTF8.self),
            networkReason: networkError == 0 ? nil : String(cString: strerror(networkError)))
    }

    private static func makeFolder() throws(SandboxError) -> String {
        var template = Array((FileManager.default.temporaryDirectory.path + "/sandbox-XXXXXX").utf8CString)
        let path = template.withUnsafeMutableBufferPointer { buffer in buffer.baseAddress.flatMap { mkdtemp($0) } }
        guard let path else {
            throw SandboxError(.cannotStart, "no temporary folder can be made: \(String(cString: strerror(errno)))")
        }
        return String(cString: path)
    }

    private func start(
        _ program: String, _ arguments: [String], folder: String, output: Int32, _ networkError: inout Int32
    ) -> Int32 {
        let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=\(folder)", "TMPDIR=\(folder)"]
        // A little more than real time, for what several threads of it use.
        var limits = dsp_limits(
            cpu_seconds: UInt64(max(limits.seconds, 0).rounded(.up)) + 1,
            memory_bytes: UInt64(max(limits.memoryBytes, 0)), file_bytes: UInt64(max(limits.fileBytes, 0)))
        return Self.withCStrings([program] + arguments) { arguments in
            Self.withCStrings(environment) { environment in
                dsp_spawn_limited(program, arguments, environment, folder, output, &limits, &networkError)
            }
        }
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return pointers.withUnsafeBufferPointer { buffer in
            // It holds a nil at least.
            guard let base = buffer.baseAddress else { preconditionFailure("a list of strings has no memory") }
            return body(base)
        }
    }

    /// Reads what it prints until it ends or its time is over, and then ends its group.
    private func watch(_ process: Int32, output: Int32) -> (SandboxOutcome.Ending, [UInt8]) {
        let deadline = ContinuousClock.now + .seconds(limits.seconds)
        var kept: [UInt8] = []
        var status: Int32 = 0
        var isOver = false
        while true {
            var event = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let isReadable = poll(&event, 1, 10) > 0
            let isClosed = isReadable && !drain(output, into: &kept)
            if waitpid(process, &status, WNOHANG) == process { break }
            // A program that has closed its output may go on: polling would not wait any more.
            if isClosed { usleep(5_000) }
            if ContinuousClock.now >= deadline {
                isOver = true
                kill(-process, SIGKILL)
                while waitpid(process, &status, 0) < 0, errno == EINTR {}
                break
            }
        }
        kill(-process, SIGKILL)
        _ = drain(output, into: &kept)
        if isOver { return (.timedOut, kept) }
        let signal = status & 0x7F
        return (signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal), kept)
    }

    /// Takes what is there; false at its end.
    private func drain(_ descriptor: Int32, into kept: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return count < 0 }
            kept += buffer.prefix(min(count, max(limits.outputBytes - kept.count, 0)))
        }
    }
}
