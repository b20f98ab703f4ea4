import Foundation

/// Standard output for results, standard error for everything that a person reads beside them.
enum Terminal {
    static let isInputInteractive = isatty(STDIN_FILENO) == 1
    static let isOutputInteractive = isatty(STDOUT_FILENO) == 1
    static let isErrorInteractive = isatty(STDERR_FILENO) == 1

    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    /// A line that the next one replaces; nothing where standard error is not a terminal.
    static func progress(_ text: String) {
        guard isErrorInteractive else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }

    /// Columns of the terminal behind standard error; 80 where there is none.
    static var errorColumns: Int { columns(of: STDERR_FILENO) }

    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    static func clearProgress() { progress("") }

    static func dimmed(_ text: String) -> String { isErrorInteractive ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
