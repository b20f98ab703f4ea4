import DeepSeekServer
import Foundation
import Testing

/// The chat site in a real browser: `chat_site.py` beside this file signs in, sends, watches, stops, comes back.
@Suite(.enabled(if: Browser.isPresent, "needs chromium, and python3 with playwright"))
struct ChatSiteBrowserTests {
    /// Beside the build, where CI picks them up.
    private static let pictures: URL = {
        let package = URL(filePath: #filePath).pathComponents.dropLast(4)
        return URL(filePath: "/" + package.dropFirst().joined(separator: "/")).appending(path: ".build/chat-site")
    }()

    @Test func aPersonUsesIt() async throws {
        try FileManager.default.createDirectory(at: Self.pictures, withIntermediateDirectories: true)
        let platform = try TestPlatform()
        try PasswordStore(platform.store).set("correct horse battery", of: platform.account("alice").account)
        try await TestServer.run {
            $0.database = platform.path
            $0.api.defaultMaximumTokens = 20_000
        } _: { server in
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "chat_site.py").path
            let arguments = [
                script, "http://localhost:\(server.port)", "alice", "correct horse battery", Self.pictures.path,
                String(TestModel.end),
            ]
            let result = try await PythonScript.runAway(arguments)
            #expect(result.status == 0, "\(result.output)")
        }
    }
}
