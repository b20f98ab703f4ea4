import ArgumentParser
import DeepSeekServer
import Foundation

struct AdminPasswordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: "Set the password with which an account signs in to the chat site.",
        discussion: """
              deepseek admin password ALICE
              printf '%s\\n' "$PASSWORD" | deepseek admin password ALICE

            Reads a line from standard input; at a terminal it is not shown. Sessions of the account end.
            """)

    @Argument(help: "The account's name or id.") var account: String
    @OptionGroup var platform: PlatformOptions

    func run() throws {
        let store = try platform.store()
        let account = try AccountStore(store).find(account)
        let isTerminal = isatty(STDIN_FILENO) == 1
        if isTerminal { FileHandle.standardError.write(Data("Password of \(account.name): ".utf8)) }
        guard let password = isTerminal ? Self.readHidden() : readLine(), !password.isEmpty else {
            throw CommandError("no password came; type one, or send a line to standard input")
        }
        try PasswordStore(store).set(password, of: account)
        Terminal.note("the password of \(account.name) is set")
    }

    /// A line that the terminal does not show.
    private static func readHidden() -> String? {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine()
    }
}
