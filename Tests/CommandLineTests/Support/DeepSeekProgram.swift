import Foundation

/// The command line as it was built, run as people run it.
enum DeepSeekProgram {
    /// Beside the bundle of the tests.
    static let path: String = {
        #if os(macOS)
            let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? .main
            let folder = bundle.bundleURL.deletingLastPathComponent()
        #else
            let folder = (Bundle.main.executableURL ?? Bundle.main.bundleURL).deletingLastPathComponent()
        #endif
        return folder.appending(path: "deepseek").path
    }()

    /// The caller's, without what would change the answers.
    static let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("DEEPSEEK_") }

    /// Runs to the end. What is written goes through files, since a pipe would fill up and wait for its reader.
    static func run(_ arguments: [String], input: String = "", output: String? = nil) throws -> ProgramResult {
        let folder = try TemporaryFolder()
        func file(_ name: String, _ contents: String = "") throws -> URL {
            let url = URL(filePath: folder.path + "/" + name)
            try Data(contents.utf8).write(to: url)
            return url
        }
        let (inputFile, outputFile, errorFile) = (try file("input", input), try file("output"), try file("error"))
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = try FileHandle(forWritingTo: output.map { URL(filePath: $0) } ?? outputFile)
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        process.waitUntilExit()
        return ProgramResult(
            isExit: process.terminationReason == .exit, status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: outputFile), as: UTF8.self),
            error: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
    }
}
