import ArgumentParser
import DeepSeekInference

struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk with a model.",
        discussion: """
              deepseek chat --model FOLDER
              deepseek chat --model FOLDER --system "Answer in one sentence." --temperature 0.3

            Ctrl-C stops the answer, not the program; Ctrl-D or /quit leaves. /help lists the commands.
            """)

    @OptionGroup var loading: LoadingOptions
    @OptionGroup var sampling: SamplingOptions

    @Option(help: "What the model is told before the first turn.")
    var system: String?

    @Flag(help: "No figures after the answers.")
    var quiet = false

    func run() async throws {
        let parameters = try sampling.parameters()
        let model = try loading.load(quiet: quiet)
        // Fails at once where there is no template, not after the first line is typed.
        _ = try model.promptIDs(messages: [["role": "user", "content": "Hello"]])
        var conversation = Conversation(model: model, system: system, sampling: parameters)
        let editor = LineEditor()
        let answering = Answering()
        let interrupts = Interrupts { answering.cancel() }
        defer { withExtendedLifetime(interrupts) {} }
        if Terminal.isInputInteractive { Terminal.note("Type a message; /help lists the commands, Ctrl-D leaves.") }
        while true {
            switch editor.read(prompt: "> ") {
            case .endOfInput: return
            case .interrupted: Terminal.note("Ctrl-D or /quit leaves.")
            case .line(let line):
                let text = line.trimmingWhiteSpace()
                guard !text.isEmpty else { continue }
                do {
                    if text.hasPrefix("/") {
                        if try conversation.obey(text) == .quit { return }
                    } else {
                        try await answer(text, conversation.session, answering)
                    }
                } catch {
                    // A turn that fails leaves the conversation as it was.
                    Terminal.note("error: \(error)")
                    if !Terminal.isInputInteractive { throw ExitCode.failure }
                }
            }
        }
    }

    private func answer(_ text: String, _ session: ChatSession, _ answering: Answering) async throws {
        let stream = try session.send(text)
        answering.begin(stream)
        defer { answering.end() }
        var isFirst = true
        for try await event in stream {
            var piece = event.text
            // Templates put the space after "Assistant:" themselves.
            if isFirst, !piece.isEmpty {
                piece = String(piece.drop { $0 == " " || $0 == "\n" })
                isFirst = piece.isEmpty
            }
            Terminal.write(piece)
            if case .finished(let result) = event {
                Terminal.write("\n")
                if !quiet { Terminal.note(Terminal.dimmed(RunFigures.line(result))) }
            }
        }
    }
}
