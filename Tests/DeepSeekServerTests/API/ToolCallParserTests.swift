import DeepSeekConstraints
import DeepSeekServer
import Testing

/// Calls in answers that come in pieces of any size.
@Suite struct ToolCallParserTests {
    /// Text and calls, with neighbouring texts joined.
    private static func parse(_ answer: String, _ form: ToolCallForm, pieceLength: Int) -> [ToolCallParser.Piece] {
        var parser = ToolCallParser(form)
        var pieces: [ToolCallParser.Piece] = []
        var rest = Substring(answer)
        while !rest.isEmpty {
            pieces += parser.append(String(rest.prefix(pieceLength)))
            rest = rest.dropFirst(pieceLength)
        }
        pieces += parser.finish()
        return pieces.reduce(into: []) { joined, piece in
            if case .text(let text) = piece, case .text(let last)? = joined.last {
                joined[joined.count - 1] = .text(last + text)
            } else {
                joined.append(piece)
            }
        }
    }

    private static func call(_ name: String, _ arguments: String) -> ToolCallParser.Piece {
        var parser = ToolCallParser(.tagged)
        let pieces = parser.append("<tool_call>{\"name\": \"\(name)\", \"arguments\": \(arguments)}</tool_call>")
        return pieces.first ?? .text("")
    }

    @Test(arguments: [1, 2, 3, 7, 1_000]) func tagged(pieceLength: Int) {
        let answer = """
            Let me see. <tool_call>{"name": "weather", "arguments": {"city": "A}b", "n": {"x": 1.50}}}</tool_call>
            <tool_call>{"name":"time","arguments":{}}</tool_call>
            """
        let pieces = Self.parse(answer, .tagged, pieceLength: pieceLength)
        #expect(
            pieces == [
                .text("Let me see. "), Self.call("weather", "{\"city\": \"A}b\", \"n\": {\"x\": 1.50}}"),
                Self.call("time", "{}"),
            ])
        guard case .call(let first)? = pieces.dropFirst().first else { return #expect(Bool(false), "no call") }
        #expect(first.name == "weather")
        #expect(first.arguments == "{\"city\": \"A}b\", \"n\": {\"x\": 1.50}}", "as the model wrote them")
    }

    @Test(arguments: [1, 5, 1_000]) func deepSeek(pieceLength: Int) {
        let answer = """
            <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>weather
            ```json
            {"city": "x"}
            ```<｜tool▁call▁end｜>
            <｜tool▁call▁begin｜>function<｜tool▁sep｜>time
            ```json
            {}
            ```<｜tool▁call▁end｜><｜tool▁calls▁end｜>
            """
        let pieces = Self.parse(answer, .deepSeek, pieceLength: pieceLength)
        #expect(pieces == [Self.call("weather", "{\"city\": \"x\"}"), Self.call("time", "{}")])
    }

    @Test(arguments: [1, 4, 1_000]) func whatIsNoCallIsText(pieceLength: Int) {
        for answer in [
            "plain", "a < b <tool> <tool_cal", "<tool_call>no JSON</tool_call>", "<tool_call>{\"name\": \"x\"",
            "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call>",
        ] {
            #expect(Self.parse(answer, .tagged, pieceLength: pieceLength) == [.text(answer)])
        }
    }

    @Test(arguments: [1, 3, 1_000]) func textAfterCalls(pieceLength: Int) {
        let call = "<tool_call>{\"name\": \"x\", \"arguments\": {}}</tool_call>"
        let pieces = Self.parse("\(call) and \(call) more", .tagged, pieceLength: pieceLength)
        #expect(pieces == [Self.call("x", "{}"), .text(" and "), Self.call("x", "{}"), .text(" more")])
    }
}
