import DeepSeekJSON
import DeepSeekTokenizer
import Testing

@Suite struct MalformedTokenizerTests {
    func code(_ json: JSONValue) -> TokenizerError.Code? {
        do {
            _ = try Tokenizer(json: json, name: "tokenizer.json")
            return nil
        } catch {
            #expect(error.message.contains("tokenizer.json"))
            return error.code
        }
    }

    @Test func theSoundOneWorks() throws {
        let tokenizer = try Tokenizer(json: SmallTokenizer.json(), name: "tokenizer.json")
        #expect(tokenizer.decode(tokenizer.encode("abc hell <end> ab")) == "abc hell <end> ab")
        #expect(tokenizer.encode("<end>") == [500])
        #expect(tokenizer.encode("abc").count == 1 && tokenizer.encode("hello").count == 2)
        let pairs = SmallTokenizer.json(
            model: ["merges": [["a", "b"], ["ab", "c"], ["Ġ", "ab"], ["h", "e"], ["l", "l"], ["he", "ll"]]])
        #expect(try Tokenizer(json: pairs, name: "x").encode("abc hell") == tokenizer.encode("abc hell"))
    }

    @Test func refusesBrokenVocabularies() {
        #expect(code([1]) != nil)
        #expect(code([:]) != nil)
        let vocabularies: [JSONValue] = [
            5, ["a": -1], ["a": 1_000_000_000_000], ["a": "x"], ["a": 1.5], ["a": 1, "b": 1],
        ]
        for vocabulary in vocabularies { #expect(code(SmallTokenizer.json(model: ["vocab": vocabulary])) != nil) }
    }

    @Test func refusesBrokenMerges() {
        #expect(code(SmallTokenizer.json(model: ["merges": ["a z z"]])) != nil)
        #expect(code(SmallTokenizer.json(model: ["merges": ["ab"]])) != nil)
        #expect(code(SmallTokenizer.json(model: ["merges": [["a"]]])) != nil)
        #expect(code(SmallTokenizer.json(model: ["merges": 5])) != nil)
        #expect(code(SmallTokenizer.json(model: ["merges": ["a b", "a b"]])) == .duplicate)
        #expect(code(SmallTokenizer.json(model: ["merges": ["z q"]])) == .unknownToken)
        #expect(code(SmallTokenizer.json(model: ["unk_token": "absent"])) == .unknownToken)
    }

    @Test func namesWhatIsNotSupported() {
        #expect(code(SmallTokenizer.json(model: ["type": "Unigram"])) == .unsupported)
        #expect(code(SmallTokenizer.json(["pre_tokenizer": ["type": "Metaspace"]])) == .unsupported)
        #expect(code(SmallTokenizer.json(["normalizer": ["type": "BertNormalizer"]])) == .unsupported)
    }

    @Test func refusesEndlessNesting() {
        var place: JSONValue = ["type": "ByteLevel", "add_prefix_space": false]
        for _ in 0..<100 { place = ["type": "Sequence", "pretokenizers": [place]] }
        #expect(code(SmallTokenizer.json(["pre_tokenizer": place])) != nil)
    }

    @Test(arguments: ["(", "[", "[z-a]", "a{2,1}", "\\p{Nope}", "*", "(?<=a)b", "\\1", "a{1000000}", "(?P<n>a)"])
    func refusesPatternsThatItCannotMatch(pattern: String) {
        let split: JSONValue = [
            "type": "Sequence",
            "pretokenizers": [
                ["type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated", "invert": false],
                ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false],
            ],
        ]
        let found = code(SmallTokenizer.json(["pre_tokenizer": split]))
        #expect([.invalidPattern, .unsupportedPattern, .patternTooComplex].contains(found))
    }

    @Test func refusesBrokenAddedTokens() {
        let lists: [JSONValue] = [
            5, [5], [["content": "x"]], [["id": -1, "content": "x"]], [["id": 1_000_000_000_000, "content": "x"]],
            [["id": 500, "content": ""]], [["id": 500, "content": 7]],
        ]
        for list in lists { #expect(code(SmallTokenizer.json(["added_tokens": list])) != nil) }
    }
}
