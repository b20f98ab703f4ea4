import Foundation

/// Reads lines from a person: with editing and history on a terminal, plainly from a pipe.
final class LineEditor {
    enum Input: Equatable {
        case line(String)
        /// Ctrl-C on the line being typed.
        case interrupted
        case endOfInput
    }

    private var history: [String] = []

    func read(prompt: String) -> Input {
        guard Terminal.isInputInteractive, Terminal.isOutputInteractive else {
            return readLine().map(Input.line) ?? .endOfInput
        }
        var original = termios()
        guard tcgetattr(STDIN_FILENO, &original) == 0 else { return readLine().map(Input.line) ?? .endOfInput }
        var raw = original
        cfmakeraw(&raw)
        // Output is still processed, so that a newline returns the carriage.
        raw.c_oflag |= tcflag_t(OPOST)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
        defer { tcsetattr(STDIN_FILENO, TCSADRAIN, &original) }

        var buffer = LineBuffer(history: history)
        var reader = KeyReader(nextByte: Self.nextByte, isByteWaiting: Self.isByteWaiting)
        draw(prompt, buffer)
        while true {
            guard let key = reader.next() else { continue }
            switch buffer.handle(key) {
            case .editing: draw(prompt, buffer)
            case .line(let line):
                Terminal.write("\n")
                if !line.isEmpty, line != history.last { history.append(line) }
                return .line(line)
            case .interrupted:
                Terminal.write("^C\n")
                return .interrupted
            case .endOfInput:
                Terminal.write("\n")
                return .endOfInput
            case .clearScreen:
                Terminal.write("\u{1B}[H\u{1B}[2J")
                draw(prompt, buffer)
            }
        }
    }

    /// One line of the screen; a longer text is scrolled so that the cursor shows.
    private func draw(_ prompt: String, _ buffer: LineBuffer) {
        let room = max(Terminal.columns(of: STDOUT_FILENO) - Self.width(prompt) - 1, 8)
        var start = 0
        while Self.width(buffer.characters[start..<buffer.cursor]) > room { start += 1 }
        var end = start
        var used = 0
        while end < buffer.characters.count, used + Self.width(buffer.characters[end]) <= room {
            used += Self.width(buffer.characters[end])
            end += 1
        }
        let column = Self.width(prompt) + Self.width(buffer.characters[start..<buffer.cursor])
        let move = column > 0 ? "\r\u{1B}[\(column)C" : "\r"
        Terminal.write("\r\u{1B}[K" + prompt + String(buffer.characters[start..<end]) + move)
    }

    private static func width(_ characters: some Sequence<Character>) -> Int { characters.reduce(0) { $0 + width($1) } }

    /// Columns that a character takes: two for East Asian wide ones and emoji.
    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    private static func nextByte() -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = Foundation.read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte }
            if count < 0, errno == EINTR { continue }
            return nil
        }
    }

    private static func isByteWaiting() -> Bool {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&descriptor, 1, 30) > 0
    }
}
