import DeepSeekInference
import Foundation
import Testing

/// The example of the README, compiled and run.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct ReadmeExampleTests {
    @Test func streamsACompletionAndAConversation() async throws {
        let folder = Shared.trained
        var output = ""
        func show(_ text: String) { output += text }

        // README: begin
        let model = try LanguageModel.load(folder)
        for try await text in try model.generate("Once upon a time", sampling: .init(maximumTokens: 40)).text {
            show(text)
        }

        let chat = ChatSession(model, system: "Answer briefly.", sampling: .init(temperature: 0.3, maximumTokens: 40))
        for try await event in try chat.send("What is the sea?") {
            show(event.text)
            if case .finished(let result) = event { show("\n\(result.usage.totalTokens) tokens") }
        }
        // README: end

        #expect(output.hasSuffix(" tokens"))
        #expect(chat.messages.count == 3)
    }
}

/// What is compiled above is what the README says, but for where text goes and where the model lies.
@Suite struct ReadmeTests {
    @Test func showsTheExampleThatIsCompiled() throws {
        let source = URL(filePath: #filePath)
        let root = source.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let block = try #require(readme.firstRange(of: "```swift\nimport DeepSeekInference\n"))
        let end = try #require(readme[block.upperBound...].firstRange(of: "```"))
        let shown = readme[block.upperBound..<end.lowerBound]
            .replacing("\"models/DeepSeek-V2-Lite-Chat\"", with: "folder")
            .replacing("print(", with: "show(").replacing(", terminator: \"\"", with: "")
            .replacing("  // later turns use what the cache holds of earlier ones", with: "")

        let text = try String(contentsOf: source, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "// README: begin\n"))
        let finish = try #require(text.firstRange(of: "// README: end\n"))
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        #expect(lines(shown) == lines(text[begin.upperBound..<finish.lowerBound]))
    }
}
