import DeepSeekInference
import Testing

@Suite struct StopStringMatcherTests {
    /// What comes out piece by piece, with the rest at last, and what was matched.
    private func run(_ stops: [String], _ pieces: [String]) -> (out: [String], match: String?) {
        var matcher = StopStringMatcher(stops)
        var out = pieces.map { matcher.append($0) }
        out.append(matcher.finish())
        return (out, matcher.match)
    }

    @Test func withoutStopStringsAllGoesThrough() {
        #expect(run([], ["a", "b"]).out == ["a", "b", ""])
    }

    @Test func isNotPartOfTheText() {
        let (out, match) = run(["END"], ["one END two", "three"])
        #expect(out == ["one ", "", ""])
        #expect(match == "END")
    }

    @Test func reachesAcrossPieces() {
        let (out, match) = run(["\n\nUser:"], ["Hello\n", "\nUs", "er", ": hi"])
        #expect(out == ["Hello", "", "", "", ""])
        #expect(match == "\n\nUser:")
    }

    @Test func letsFalseBeginningsGo() {
        let (out, match) = run(["END"], ["E", "N", "X E", "EN", "Q"])
        #expect(out == ["", "", "ENX ", "E", "ENQ", ""])
        #expect(match == nil)
    }

    @Test func givesBackWhatIsHeldAtTheEnd() {
        let (out, match) = run(["END"], ["the EN"])
        #expect(out == ["the ", "EN"])
        #expect(match == nil)
    }

    @Test func beginningsMayOverlap() {
        #expect(run(["aab"], ["a", "a", "a", "b"]).out == ["", "", "a", "", ""])
        #expect(run(["abac"], ["aba", "bac"]).out.joined() == "ab")
        #expect(run(["aa"], ["baaa"]).out.joined() == "b")
    }

    @Test func theFirstToBeCompleteWins() {
        #expect(run(["world", "lo"], ["hello world"]).out.joined() == "hel")
        #expect(run(["world", "lo"], ["hello world"]).match == "lo")
        // Both end together: the longer one begins before the other.
        let (out, match) = run(["lo", "hello"], ["say hel", "lo"])
        #expect(out.joined() == "say ")
        #expect(match == "hello")
    }

    @Test func comparesBytesAndKeepsCharactersWhole() {
        // A letter with a combining accent is not the precomposed letter.
        #expect(run(["é"], ["cafe\u{301}!"]).match == nil)
        let (out, match) = run(["。"], ["你好", "，世界", "。再见"])
        #expect(out.joined() == "你好，世界")
        #expect(match == "。")
        #expect(run(["😀x"], ["a😀", "y"]).out == ["a", "😀y", ""])
    }

    /// Against a plain search, on all ways to cut a text.
    @Test func anyCutGivesTheSame() {
        let text = Array("abaababaabaab")
        for stop in ["abaab", "ababaa", "baabaab", "bb"] {
            let whole = run([stop], [String(text)])
            for first in 0..<text.count {
                for second in first..<text.count {
                    let pieces = [text[..<first], text[first..<second], text[second...]].map { String($0) }
                    let cut = run([stop], pieces)
                    #expect(cut.out.joined() == whole.out.joined())
                    #expect(cut.match == whole.match)
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func longRepetitionsTakeLinearTime() {
        let stop = String(repeating: "a", count: 50_000) + "b"
        var matcher = StopStringMatcher([stop])
        var length = 0
        for _ in 0..<200_000 { length += matcher.append("a").utf8.count }
        #expect(length == 150_000)
    }
}
