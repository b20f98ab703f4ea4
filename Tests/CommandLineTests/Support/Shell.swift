import Foundation

/// A script of sh, for what only a shell can set: limits, mounts.
enum Shell {
    /// - Parameter arguments: `$1` and so on.
    static func run(_ script: String, _ arguments: String...) throws -> ProgramResult {
        let folder = try TemporaryFolder()
        let (output, error) = (folder.path + "/output", folder.path + "/error")
        for path in [output, error] { try Data().write(to: URL(filePath: path)) }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script, "sh"] + arguments
        process.environment = DeepSeekProgram.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: output))
        process.standardError = try FileHandle(forWritingTo: URL(filePath: error))
        try process.run()
        process.waitUntilExit()
        func text(_ path: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        }
        return ProgramResult(
            isExit: process.terminationReason == .exit, status: process.terminationStatus, output: try text(output),
            error: try text(error))
    }

    /// Whether this user may mount a small file system where nobody else sees it.
    static let canMount =
        (try? run("unshare -rm sh -c 'mount -t tmpfs -o size=64k none /mnt'"))?.status == 0
}
