import DeepSeekJSON
import Foundation
import Testing

/// `deepseek chat` at a terminal.
@Suite(.serialized) struct ChatTerminalTests {
    /// An empty line with the cursor in it: the program waits for a line, and the terminal is in its hands.
    private static let prompt = "> \r\u{1B}[2C"

    private func open(_ model: String, _ options: [String] = []) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(["chat", "--model", model, "--threads", "1"] + options)
        try terminal.wait(for: "Type a message; /help lists the commands, Ctrl-D leaves.")
        try terminal.wait(for: Self.prompt)
        return terminal
    }

    private func open(_ model: TinyModel, _ options: [String] = []) throws -> PseudoTerminal {
        try open(model.folder, options)
    }

    /// Types a line, and returns what is shown until the next prompt.
    private func say(_ line: String, at terminal: PseudoTerminal) throws -> String {
        try terminal.type(line + "\r")
        // The line as it is typed is not part of the reply.
        try terminal.wait(for: "\r\n")
        return try terminal.wait(for: Self.prompt)
    }

    private func leave(_ terminal: PseudoTerminal, by keys: String) throws {
        try terminal.type(keys)
        #expect(try terminal.waitForExit() == 0)
        #expect(terminal.isAsBefore)
    }

    // MARK: The line

    /// What a line was is seen in what the program says of it.
    @Test func linesAreEdited() throws {
        let terminal = try open(TinyModel())
        let (left, right, home, end) = ("\u{1B}[D", "\u{1B}[C", "\u{1B}[H", "\u{1B}[F")
        let lines = [
            ("/ac" + left + "b", "/abc"), ("/abd" + left + left + right + "c", "/abcd"),
            ("bc" + home + "/a", "/abc"), ("b" + home + "/a" + end + "c", "/abc"), ("b\u{1}/a\u{5}c", "/abc"),
            ("/abx\u{7F}c", "/abc"), ("/axb" + left + left + "\u{1B}[3~", "/ab"), ("/axb\u{2}\u{2}\u{4}", "/ab"),
            ("junk\u{15}/abc", "/abc"), ("/abjunk" + String(repeating: left, count: 4) + "\u{B}", "/ab"),
            ("/abc junk\u{17}", "/abc"), ("/ab cd\u{1B}[1;5D\u{B}", "/ab"), ("/你x\u{7F}好", "/你好"),
            ("/xe\u{301}\u{7F}y", "/xy"), ("/a\u{1B}[15~b", "/ab"), ("/ab\u{C}c", "/abc"),
            // Longer than the terminal is wide.
            (
                "/" + String(repeating: "long", count: 50) + home + right + "x",
                "/x" + String(repeating: "long", count: 50)
            ),
        ]
        for (keys, line) in lines {
            #expect(
                try say(keys, at: terminal).hasSuffix(
                    "error: \(line) is not a command; /help lists them\r\n\r\u{1B}[K"),
                "\(keys.debugDescription)")
        }
        try leave(terminal, by: "\u{4}")
    }

    @Test func earlierLinesComeBack() throws {
        let terminal = try open(TinyModel())
        let (up, down) = ("\u{1B}[A", "\u{1B}[B")
        let lines = [
            ("/one", "/one"), ("/two", "/two"), (up + up, "/one"), (up + up + "s", "/twos"),
            ("/ne" + up + down + "w", "/new"), (up + up + up + up + up + up + up + "!", "/one!"),
        ]
        for (keys, line) in lines {
            #expect(try say(keys, at: terminal).contains("error: \(line) is not a command"), "\(keys.debugDescription)")
        }
        try leave(terminal, by: "/quit\r")
    }

    @Test func interruptingALineForgetsIt() throws {
        let terminal = try open(TinyModel())
        for typed in ["", "forgotten"] {
            try terminal.type(typed + "\u{3}")
            try terminal.wait(for: "^C\r\nCtrl-D or /quit leaves.")
            try terminal.wait(for: Self.prompt)
        }
        #expect(try say("/abc", at: terminal).contains("error: /abc is not a command"))
        #expect(try say("", at: terminal) == "\r\u{1B}[K")
        try leave(terminal, by: "\u{4}")
    }

    // MARK: Commands

    @Test func commandsAreObeyed() throws {
        let terminal = try open(TinyModel())
        let folder = try TemporaryFolder()
        let file = folder.path + "/chat.json"
        let help = try say("/help", at: terminal)
        for command in ["/help", "/reset", "/system TEXT", "/save FILE", "/load FILE", "/quit"] {
            #expect(help.contains(command))
        }
        #expect(try say("/system", at: terminal).contains("There is no system prompt."))
        #expect(try say("/system Be brief. ", at: terminal).contains("The system prompt is set"))
        #expect(try say("/system", at: terminal).contains("Be brief."))
        #expect(try say("/reset", at: terminal).contains("The conversation is forgotten."))
        #expect(try say("/save \(file)", at: terminal).contains("1 messages are in \(file)."))
        #expect(try messages(file) == [["role": "system", "content": "Be brief."]])
        #expect(try say("/load \(file)", at: terminal).contains("1 messages were read from \(file)."))

        #expect(try say("/save", at: terminal).contains("error: /save needs a file name"))
        #expect(try say("/load", at: terminal).contains("error: /load needs a file name"))
        let absent = folder.path + "/absent/chat.json"
        #expect(try say("/save \(absent)", at: terminal).contains("error: \(absent): cannot be written"))
        #expect(try say("/load \(absent)", at: terminal).contains("error: \(absent): "))
        try Data("[5]".utf8).write(to: URL(filePath: file))
        #expect(try say("/load \(file)", at: terminal).contains("error: \(file): message 0"))
        #expect(try say("/nosuch thing", at: terminal).contains("error: /nosuch is not a command; /help lists them"))
        try leave(terminal, by: "/quit\r")
    }

    // MARK: Answers

    /// The model would go on for an hour; Ctrl-C ends the answer, and what came of it stays in the conversation.
    @Test func interruptingAnAnswerGoesOn() throws {
        let model = try TinyModel(["max_position_embeddings": 1_000_000])
        let terminal = try open(
            model, ["--context", "200000", "--ignore-eos", "--logit-bias", "97:100"])
        let file = model.path("chat.json")
        for turn in 1...2 {
            try terminal.type("Say a\r")
            try terminal.wait(for: "aaaaaaaaaaaaaaaa")
            try terminal.type("\u{3}")
            try terminal.wait(for: "ended by cancelled")
            try terminal.wait(for: Self.prompt)
            #expect(try say("/save \(file)", at: terminal).contains("\(2 * turn) messages are in"))
            let answer = try #require(try messages(file).last?["content"]?.string)
            #expect(answer.count >= 16 && answer.allSatisfy { $0 == "a" })
        }
        try leave(terminal, by: "\u{4}")
    }

    /// A turn that cannot be answered leaves the conversation as it was.
    @Test func aTurnThatFailsIsForgotten() throws {
        let model = try TinyModel()
        let terminal = try open(model, ["--max-tokens", "2", "--quiet"])
        let file = model.path("chat.json")
        let reply = try say(String(repeating: "long ", count: 100), at: terminal)
        #expect(reply.contains("error: the prompt has") && reply.contains("at most 255 fit"))
        _ = try say("short", at: terminal)
        #expect(try say("/save \(file)", at: terminal).contains("2 messages are in"))
        try leave(terminal, by: "\u{4}")
    }

    @Test(.enabled(if: Shared.isPresent, Shared.reason)) func turnsFollowEachOther() throws {
        let options = ["--temperature", "0", "--max-tokens", "12", "--ignore-eos", "--batch-invariant"]
        let terminal = try open(Shared.trained, options)
        let folder = try TemporaryFolder()
        let file = folder.path + "/chat.json"
        let first = try say("He opened the door.", at: terminal)
        #expect(first.contains("answer 12 tokens") && !first.contains("cached"))
        let second = try say("What did he see?", at: terminal)
        #expect(second.contains("answer 12 tokens") && second.contains("cached)"))
        #expect(try say("/save \(file)", at: terminal).contains("4 messages are in"))

        // The same conversation without a chat has the same answer.
        let saved = try messages(file)
        #expect(saved.map { $0["role"]?.string } == ["user", "assistant", "user", "assistant"])
        let question = folder.path + "/question.json"
        try Data(JSONValue.array(Array(saved.dropLast())).serialized().utf8).write(to: URL(filePath: question))
        let result = try DeepSeekProgram.run(
            ["generate", "--model", Shared.trained, "--messages", question, "--quiet"] + options)
        #expect(result.status == 0)
        #expect(trimmed(result.output) == saved.last?["content"]?.string.map(trimmed))

        #expect(try say("/reset", at: terminal).contains("forgotten"))
        _ = try say("Hello", at: terminal)
        #expect(try say("/save \(file)", at: terminal).contains("2 messages are in"))
        try leave(terminal, by: "/quit\r")
    }

    private func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    private func messages(_ path: String) throws -> [JSONValue] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        return try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }.array ?? []
    }
}
