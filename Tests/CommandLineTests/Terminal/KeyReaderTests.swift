import Testing
import deepseek

/// What bytes of a terminal mean.
struct KeyReaderTests {
    private final class Input {
        var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }
    }

    /// The keys in the bytes, up to the end of input; nil for keys without a meaning.
    private static func keys(_ bytes: [UInt8]) -> [LineBuffer.Key?] {
        let input = Input(bytes)
        var reader = KeyReader(nextByte: { input.rest.popFirst() }, isByteWaiting: { !input.rest.isEmpty })
        var keys: [LineBuffer.Key?] = []
        while true {
            let key = reader.next()
            if key == .endOfInput { return keys }
            keys.append(key)
        }
    }

    private static func keys(_ text: String) -> [LineBuffer.Key?] { keys(Array(text.utf8)) }

    @Test(
        arguments: [
            ("\u{1}", .home), ("\u{2}", .left), ("\u{3}", .interrupt), ("\u{4}", .deleteOrEnd), ("\u{5}", .end),
            ("\u{6}", .right), ("\u{8}", .backspace), ("\u{7F}", .backspace), ("\r", .enter), ("\n", .enter),
            ("\u{B}", .deleteToEnd), ("\u{C}", .clearScreen), ("\u{E}", .down), ("\u{10}", .up),
            ("\u{15}", .deleteToStart), ("\u{17}", .deleteWord), ("\t", .text("    ")), ("a", .text("a")),
            ("\u{1B}[A", .up), ("\u{1B}[B", .down), ("\u{1B}[C", .right), ("\u{1B}[D", .left), ("\u{1B}OA", .up),
            ("\u{1B}[H", .home), ("\u{1B}OH", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home),
            ("\u{1B}[F", .end), ("\u{1B}[4~", .end), ("\u{1B}[8~", .end), ("\u{1B}[3~", .delete),
            ("\u{1B}[1;5C", .wordRight), ("\u{1B}[1;3D", .wordLeft), ("\u{1B}b", .wordLeft), ("\u{1B}f", .wordRight),
            ("\u{1B}", nil), ("\u{1B}x", nil), ("\u{1B}[15~", nil), ("\u{1B}[Z", nil), ("\u{0}", nil),
            ("é", .text("é")), ("你", .text("你")), ("😀", .text("😀")),
        ] as [(String, LineBuffer.Key?)])
    func bytesAreKeys(text: String, key: LineBuffer.Key?) {
        #expect(Self.keys(text) == [key])
        // What follows is a key of its own, but for what would belong to an Escape.
        if text != "\u{1B}" { #expect(Self.keys(text + "z") == [key, .text("z")]) }
    }

    @Test func everyScalarOfAPasteIsAKey() { #expect(Self.keys("a你\r") == [.text("a"), .text("你"), .enter]) }

    /// A terminal that is not set to UTF-8 sends a single byte for é; Enter after it still counts.
    @Test func bytesThatAreNotUTF8() {
        #expect(Self.keys([0xE9, 0x0D]) == [.text("\u{FFFD}"), .enter])
        #expect(Self.keys([0xE4, 0xBD, 0x41]) == [.text("\u{FFFD}"), .text("A")])
        #expect(Self.keys([0x80, 0xFF]) == [.text("\u{FFFD}"), .text("\u{FFFD}")])
        #expect(Self.keys([0xF0, 0x9F]) == [.text("\u{FFFD}")])
    }

    @Test func endlessSequencesEnd() {
        let keys = Self.keys("\u{1B}[" + String(repeating: "1", count: 40))
        #expect(keys.first == .some(nil))
    }
}
