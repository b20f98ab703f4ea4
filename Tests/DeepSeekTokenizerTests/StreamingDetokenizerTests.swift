import DeepSeekTokenizer
import Testing

@Suite(.enabled(if: SharedTokenizers.isPresent, SharedTokenizers.reason)) struct StreamingDetokenizerTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func piecesAreWholeCharactersAndMakeUpTheText(seed: UInt64) throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        var generator = RandomTexts(seed: seed)
        for _ in 0..<200 {
            let bytes = generator.next()
            let ids = bytes.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            var stream = StreamingDetokenizer(tokenizer: tokenizer)
            var text = ""
            for id in ids { text += stream.append(id) }
            text += stream.finish()
            #expect(text.unicodeScalars.elementsEqual(tokenizer.decode(ids).unicodeScalars))
        }
    }

    @Test func halfACharacterWaits() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        // A character of four bytes, each its own token.
        let ids = try Array("𠀋".utf8).map { byte in
            try #require((0..<TokenID(100_000)).first { tokenizer.bytes(of: $0) == [byte] })
        }
        var stream = StreamingDetokenizer(tokenizer: tokenizer)
        #expect(ids.map { stream.append($0) } == ["", "", "", "𠀋"])
        // A first half that is not followed by the second cannot become a character.
        _ = stream.append(ids[0])
        #expect(stream.append(try #require(tokenizer.encode("a").first)) == "\u{FFFD}a")
        _ = stream.append(ids[0])
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.finish() == "")
    }
}
