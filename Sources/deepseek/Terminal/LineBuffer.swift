/// A line being typed: its characters, where the cursor is, and what each key does to them. No terminal in here.
struct LineBuffer {
    enum Key: Equatable {
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
        case endOfInput
    }

    enum Outcome: Equatable {
        case editing
        case line(String)
        case interrupted
        case endOfInput
        case clearScreen
    }

    private(set) var characters: [Character] = []
    private(set) var cursor = 0
    private let history: [String]
    /// The history entry on show; `history.count` for the new line.
    private var place: Int
    private var unfinished: [Character] = []

    init(history: [String] = []) {
        self.history = history
        place = history.count
    }

    mutating func handle(_ key: Key) -> Outcome {
        switch key {
        case .text(let text):
            characters.insert(contentsOf: text, at: cursor)
            cursor += text.count
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
        case .endOfInput:
            if characters.isEmpty { return .endOfInput }
            return handle(.delete)
        }
        return .editing
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
