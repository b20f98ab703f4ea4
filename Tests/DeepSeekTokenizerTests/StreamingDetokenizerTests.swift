import DeepSeekTokenizer
import Testing

@Suite struct StreamingDetokenizerTests {
    @Test func holdsHalfCharactersBack() throws {
        var detokenizer = try StreamingDetokenizer(tokenizer: TinyTokenizer().make())
        let pieces = Array("a😀é".utf8).map { detokenizer.append(TokenID($0)) }
        #expect(pieces == ["a", "", "", "", "😀", "", "é"])
        #expect(detokenizer.finish() == "")
    }

    @Test func replacesAsSoonAsNothingCanComplete() throws {
        var detokenizer = try StreamingDetokenizer(tokenizer: TinyTokenizer().make())
        #expect(
            [0xF0, 0x9F, 0x41, 0xFF, 0xE4, 0xE4].map { detokenizer.append($0) } == [
                "", "", "\u{FFFD}A", "\u{FFFD}", "", "\u{FFFD}",
            ])
        #expect(detokenizer.finish() == "\u{FFFD}")
        #expect(detokenizer.finish() == "")
    }

    @Test(arguments: [false, true]) func piecesTogetherAreTheDecodedText(skipping: Bool) throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = [
            TinyTokenizer.addedToken("<é>", id: 300, special: true), TinyTokenizer.addedToken("的", id: 301),
        ]
        let tokenizer = try tiny.make()
        var random = RandomText(seed: 21)
        for _ in 0..<500 {
            let tokens = (0..<random.below(40)).map { _ in
                TokenID(truncatingIfNeeded: random.below(3) == 0 ? random.below(320) - 5 : 0x80 + random.below(0x80))
            }
            var detokenizer = StreamingDetokenizer(tokenizer: tokenizer, skippingSpecialTokens: skipping)
            var text = ""
            for token in tokens { text += detokenizer.append(token) }
            text += detokenizer.finish()
            #expect(text.utf8.elementsEqual(tokenizer.decode(tokens, skippingSpecialTokens: skipping).utf8))
        }
    }
}
