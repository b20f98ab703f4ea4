import Foundation

/// Standard output for results, standard error for everything that a person reads beside them.
enum Terminal {
    static let isInputInteractive = isatty(STDIN_FILENO) == 1
    static let isOutputInteractive = isatty(STDOUT_FILENO) == 1
    static let isErrorInteractive = isatty(STDERR_FILENO) == 1

    /// Ends the program where the result cannot be written, a full disk say.
    static func write(_ text: String) {
        guard !write(text, to: STDOUT_FILENO) else { return }
        note("Error: standard output cannot be written: \(String(cString: strerror(errno)))")
        exit(EXIT_FAILURE)
    }

    static func note(_ text: String) { _ = write(text + "\n", to: STDERR_FILENO) }

    /// A line that the next one replaces; nothing where standard error is not a terminal.
    static func progress(_ text: String) {
        guard isErrorInteractive else { return }
        _ = write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }

    /// FileHandle would end the program with a trap where this returns false.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                } else if errno == EAGAIN {
                    // Another program has set the terminal that both write to so that it does not wait.
                    var writable = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&writable, 1, -1)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
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
