import DeepSeekInference
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
