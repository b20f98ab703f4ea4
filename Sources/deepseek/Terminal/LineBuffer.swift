/// A line being typed: its characters, where the cursor is, and what each key does to them. No terminal in here.
package struct LineBuffer {
    package enum Key: Equatable {
        case text(String)
        case enter
        case backspace
        case delete
        case left
        case right
        case wordLeft
        case wordRight
        case home
        case end
        case up
        case down
        case deleteToStart
        case deleteToEnd
        case deleteWord
        case clearScreen
        case interrupt
        /// Ctrl-D: the end of input on an empty line, else like `delete`.
        case deleteOrEnd
        /// The terminal is gone.
        case endOfInput
    }

    package enum Outcome: Equatable {
        case editing
        case line(String)
        case interrupted
        case endOfInput
        case clearScreen
    }

    package private(set) var characters: [Character] = []
    package private(set) var cursor = 0
    private let history: [String]
    /// The history entry on show; `history.count` for the new line.
    private var place: Int
    private var unfinished: [Character] = []

    package init(history: [String] = []) {
        self.history = history
        place = history.count
    }

    package mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .text(let text): insert(text)
        case .enter: return .line(String(characters))
        case .backspace:
            if cursor > 0 {
                cursor -= 1
                characters.remove(at: cursor)
            }
        case .delete: if cursor < characters.count { characters.remove(at: cursor) }
        case .left: cursor = max(cursor - 1, 0)
        case .right: cursor = min(cursor + 1, characters.count)
        case .wordLeft: cursor = wordStart
        case .wordRight: cursor = wordEnd
        case .home: cursor = 0
        case .end: cursor = characters.count
        case .up: show(place - 1)
        case .down: show(place + 1)
        case .deleteToStart:
            characters.removeSubrange(..<cursor)
            cursor = 0
        case .deleteToEnd: characters.removeSubrange(cursor...)
        case .deleteWord:
            let start = wordStart
            characters.removeSubrange(start..<cursor)
            cursor = start
        case .clearScreen: return .clearScreen
        case .interrupt: return .interrupted
        case .deleteOrEnd: return handle(characters.isEmpty ? .endOfInput : .delete)
        case .endOfInput: return .endOfInput
        }
        return .editing
    }

    /// An accent, or the second half of a composed emoji, may come as a key of its own and joins what is before it.
    private mutating func insert(_ text: String) {
        let head = Array(String(characters[..<cursor]) + text)
        characters.replaceSubrange(..<cursor, with: head)
        cursor = head.count
    }

    private var wordStart: Int {
        var index = cursor
        while index > 0, characters[index - 1].isWhitespace { index -= 1 }
        while index > 0, !characters[index - 1].isWhitespace { index -= 1 }
        return index
    }

    private var wordEnd: Int {
        var index = cursor
        while index < characters.count, characters[index].isWhitespace { index += 1 }
        while index < characters.count, !characters[index].isWhitespace { index += 1 }
        return index
    }

    private mutating func show(_ entry: Int) {
        guard (0...history.count).contains(entry), entry != place else { return }
        if place == history.count { unfinished = characters }
        place = entry
        characters = entry == history.count ? unfinished : Array(history[entry])
        cursor = characters.count
    }
}
