import DeepSeekInference
import DeepSeekJSON
import Foundation

/// A chat at the terminal, and the commands that change it.
struct Conversation {
    enum Next {
        case goOn
        case quit
    }

    static let help = """
        /help           this list
        /reset          forget the conversation, keep the system prompt
        /system TEXT    set the system prompt, and forget the conversation; without a text, show it
        /save FILE      write the conversation as JSON messages
        /load FILE      go on with a saved conversation
        /quit           leave (also Ctrl-D)

        Ctrl-C stops an answer. Arrow keys move in the line and through earlier ones; Ctrl-A, Ctrl-E, Ctrl-K, Ctrl-U
        and Ctrl-W work as in a shell.
        """

    private(set) var session: ChatSession
    private var system: String?

    init(model: LanguageModel, system: String?, sampling: SamplingParameters) {
        self.system = system
        session = ChatSession(model, system: system, sampling: sampling)
    }

    /// Carries out a line that starts with a slash.
    mutating func obey(_ line: String) throws -> Next {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        let argument = parts.count > 1 ? parts[1].trimmingWhiteSpace() : ""
        switch parts[0] {
        case "/help", "/?": Terminal.note(Self.help)
        case "/quit", "/exit", "/bye": return .quit
        case "/reset":
            session.reset()
            Terminal.note("The conversation is forgotten.")
        case "/system":
            guard !argument.isEmpty else {
                Terminal.note(system ?? "There is no system prompt.")
                break
            }
            system = argument
            session = ChatSession(session.model, system: argument, sampling: session.sampling)
            Terminal.note("The system prompt is set, and the conversation forgotten.")
        case "/save":
            guard !argument.isEmpty else { throw CommandError("/save needs a file name") }
            try save(to: argument)
            Terminal.note("\(session.messages.count) messages are in \(argument).")
        case "/load":
            guard !argument.isEmpty else { throw CommandError("/load needs a file name") }
            try load(argument)
            Terminal.note("\(session.messages.count) messages were read from \(argument).")
        default: throw CommandError("\(parts[0]) is not a command; /help lists them")
        }
        return .goOn
    }

    private func save(to path: String) throws {
        let text = JSONValue.array(session.messages).serialized(pretty: true) + "\n"
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CommandError("\(path): cannot be written (\(error.localizedDescription)); name another file")
        }
    }

    private func load(_ path: String) throws {
        let messages = JSONValue.array(try TextInput.messages(path))
        do { try session.restore(messages) } catch { throw CommandError("\(path): \(error)") }
    }
}
