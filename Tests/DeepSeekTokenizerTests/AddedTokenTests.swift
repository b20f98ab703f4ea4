import DeepSeekTokenizer
import Testing

@Suite struct AddedTokenTests {
    /// The text of each token, for reading.
    private func pieces(_ tokenizer: Tokenizer, _ tokens: [TokenID]) -> [String] {
        tokens.map { $0 >= 300 ? "[\($0)]" : String(decoding: tokenizer.bytes(of: $0) ?? [], as: UTF8.self) }
    }

    @Test func leftmostAndThenLongestWins() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = [
            TinyTokenizer.addedToken("<a", id: 300), TinyTokenizer.addedToken("<a><b", id: 301),
            TinyTokenizer.addedToken("a><b>", id: 302),
        ]
        let tokenizer = try tiny.make()
        #expect(tokenizer.encode("<a><b>") == [301, 62])
        #expect(tokenizer.encode("<a><c") == [300] + tokenizer.encode("><c"))
        #expect(pieces(tokenizer, tokenizer.encode("xa><b>y")) == ["x", "[302]", "y"])
    }

    @Test func stripsWhiteSpaceWhereAsked() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = [
            TinyTokenizer.addedToken("<l>", id: 300, lstrip: true),
            TinyTokenizer.addedToken("<r>", id: 301, rstrip: true),
        ]
        let tokenizer = try tiny.make()
        #expect(
            pieces(tokenizer, tokenizer.encode("a \n\u{3000}<l> b <r> \n c")) == [
                "a", "[300]", " ", "b", " ", "[301]", "c",
            ])
    }

    @Test func singleWordsStandAlone() throws {
        var tiny = TinyTokenizer()
        tiny.merges = []
        tiny.addedTokens = [TinyTokenizer.addedToken("ab", id: 300, singleWord: true)]
        let tokenizer = try tiny.make()
        #expect(pieces(tokenizer, tokenizer.encode("ab")) == ["[300]"])
        #expect(pieces(tokenizer, tokenizer.encode("-ab!")) == ["-", "[300]", "!"])
        for text in ["xab", "abx", "_ab", "ab1", "的ab", "abe\u{301}"] { #expect(!tokenizer.encode(text).contains(300)) }
    }

    @Test func tokensLookForNormalizedTextIfTheySaySo() throws {
        var tiny = TinyTokenizer()
        tiny.normalizer = ["type": "NFC"]
        tiny.addedTokens = [
            TinyTokenizer.addedToken("e\u{301}!", id: 300, normalized: true),
            TinyTokenizer.addedToken("e\u{301}?", id: 301),
        ]
        let tokenizer = try tiny.make()
        #expect(tokenizer.encode("é!") == [300])
        #expect(tokenizer.encode("e\u{301}!") == [300])
        #expect(tokenizer.encode("e\u{301}?") == [301])
        #expect(!tokenizer.encode("é?").contains(301))
    }

    @Test func contentNeverBecomesAnAddedToken() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = [
            TinyTokenizer.addedToken("<end>", id: 300, special: true),
            TinyTokenizer.addedToken("<x>", id: 301, normalized: true),
        ]
        let tokenizer = try tiny.make()
        let literal = tokenizer.encode("<end><x>", matchingSpecialTokens: false)
        #expect(!literal.contains { $0 >= 300 })
        #expect(tokenizer.decode(literal) == "<end><x>")
        func span(_ text: String, _ origin: PromptSpan.Origin) -> PromptSpan { PromptSpan(text: text, origin: origin) }
        #expect(
            tokenizer.encode([span("<end>", .template), span("<end><x>", .content), span("<x>", .template)])
                == [300] + literal + [301])
        // Neither side can finish what the other begins.
        for split in 1..<5 {
            let (head, tail) = (String("<end>".prefix(split)), String("<end>".dropFirst(split)))
            let text = tokenizer.encode("<end>", matchingSpecialTokens: false)
            #expect(tokenizer.encode([span(head, .template), span(tail, .content)]) == text)
            #expect(tokenizer.encode([span(head, .content), span(tail, .template)]) == text)
            #expect(tokenizer.encode([span(head, .template), span(tail, .template)]) == [300])
        }
    }

    @Test(arguments: [false, true]) func spansAreOneTextWhereNoTokenIntervenes(isNormalized: Bool) throws {
        var tiny = TinyTokenizer()
        if isNormalized { tiny.normalizer = ["type": "NFC"] }
        tiny.addedTokens = [TinyTokenizer.addedToken("<end>", id: 300, special: true)]
        let tokenizer = try tiny.make()
        var random = RandomText(seed: 9)
        for _ in 0..<300 {
            let scalars = Array(String(decoding: random.next(), as: UTF8.self).unicodeScalars)
            var spans: [PromptSpan] = []
            var start = 0
            while start < scalars.count {
                let end = min(scalars.count, start + 1 + random.below(8))
                var text = ""
                text.unicodeScalars.append(contentsOf: scalars[start..<end])
                spans.append(PromptSpan(text: text, origin: random.below(2) == 0 ? .template : .content))
                start = end
            }
            #expect(tokenizer.encode(spans) == tokenizer.encode(spans.map(\.text).joined()))
        }
    }

    @Test func manyTokensAreFoundInOnePass() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = (0..<5_000).map { TinyTokenizer.addedToken("<tool-\($0)>", id: 300 + $0, special: true) }
        tiny.addedTokens += (1...300).map {
            TinyTokenizer.addedToken(String(repeating: "<", count: $0) + "!", id: 6_000 + $0)
        }
        let tokenizer = try tiny.make()
        #expect(tokenizer.encode("<tool-17><tool-4999><tool-5000>").prefix(2) == [317, 5_299])
        #expect(tokenizer.encode("<<<<!") == [6_004])
        #expect(tokenizer.encode(String(repeating: "<", count: 1_000_000)).count == 1_000_000)
    }
}
