import Testing
import deepseek

/// What keys do to a line being typed.
struct LineBufferTests {
    private static func buffer(_ keys: [LineBuffer.Key], history: [String] = []) -> LineBuffer {
        var buffer = LineBuffer(history: history)
        for key in keys { _ = buffer.handle(key) }
        return buffer
    }

    @Test(
        arguments: [
            ([.text("ac"), .left, .text("b")], "abc", 2), ([.text("ab"), .left, .left, .left, .right], "ab", 1),
            ([.text("b"), .home, .text("a"), .end, .text("c")], "abc", 3), ([.text("ab"), .right], "ab", 2),
            ([.text("abx"), .backspace], "ab", 2), ([.backspace, .delete], "", 0),
            ([.text("xab"), .home, .delete], "ab", 0), ([.text("xab"), .home, .deleteOrEnd], "ab", 0),
            ([.text("one two"), .wordLeft, .deleteToEnd], "one ", 4),
            ([.text("one two"), .wordLeft, .deleteToStart], "two", 0),
            ([.text("one two  "), .deleteWord], "one ", 4), ([.text(" "), .deleteWord, .deleteWord], "", 0),
            ([.text("one two"), .home, .wordRight, .text("s")], "ones two", 4), ([.wordRight, .wordLeft], "", 0),
            ([.text("你好"), .left, .backspace], "好", 0),
        ] as [([LineBuffer.Key], String, Int)])
    func keysEdit(keys: [LineBuffer.Key], line: String, cursor: Int) {
        let buffer = Self.buffer(keys)
        #expect(String(buffer.characters) == line)
        #expect(buffer.cursor == cursor)
    }

    /// Accents and joined emoji come as several keys, and are one character to the cursor.
    @Test(arguments: ["e\u{301}", "👩\u{200D}🔬", "🇩🇪"]) func composedCharactersAreOne(text: String) {
        var keys = text.unicodeScalars.map { LineBuffer.Key.text(String($0)) }
        #expect(Self.buffer(keys).cursor == 1)
        keys.append(.backspace)
        #expect(Self.buffer(keys).characters.isEmpty)
    }

    @Test func outcomes() {
        var buffer = LineBuffer()
        #expect(buffer.handle(.deleteOrEnd) == .endOfInput)
        #expect(buffer.handle(.enter) == .line(""))
        #expect(buffer.handle(.text("a")) == .editing)
        #expect(buffer.handle(.deleteOrEnd) == .editing)
        #expect(buffer.handle(.clearScreen) == .clearScreen)
        #expect(buffer.handle(.interrupt) == .interrupted)
        #expect(buffer.handle(.enter) == .line("a"))
    }

    /// A terminal that is gone says so again and again, whatever was typed before.
    @Test func aLostTerminalEndsTheLine() {
        var buffer = Self.buffer([.text("typed")])
        #expect(buffer.handle(.endOfInput) == .endOfInput)
    }

    @Test(
        arguments: [
            ([.up], "two"), ([.up, .up], "one"), ([.up, .up, .up], "one"), ([.up, .up, .down], "two"),
            ([.down], ""), ([.text("new"), .up, .down], "new"), ([.text("new"), .up, .up, .down, .down], "new"),
            ([.up, .backspace, .text("!")], "tw!"),
        ] as [([LineBuffer.Key], String)])
    func historyIsWalked(keys: [LineBuffer.Key], line: String) {
        let buffer = Self.buffer(keys, history: ["one", "two"])
        #expect(String(buffer.characters) == line)
        #expect(buffer.cursor == line.count)
    }
}
