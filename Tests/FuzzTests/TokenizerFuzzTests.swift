import DeepSeekJSON
import DeepSeekTokenizer
import Testing

@Suite struct TokenizerFuzzTests {
    private static let sound = Array(
        #"""
        {"added_tokens": [{"id": 40, "content": "<end>", "special": true, "lstrip": true, "single_word": false}],
         "normalizer": {"type": "Sequence", "normalizers": []},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
          {"type": "Split", "pattern": {"Regex": "\\s?[A-Za-z\\p{L}]+|\\s+(?!\\S)|[\r\n]{1,3}"}, "behavior": "Isolated",
           "invert": false},
          {"type": "Digits", "individual_digits": true},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]},
         "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "unk_token": null, "vocab": {"a": 0, "b": 1, "c": 2, "Ġ": 3, "Ċ": 4, "ab": 5, "abc": 6,
          "Ġab": 7, "1": 8, "2": 9, "Ã": 10, "©": 11, "Ã©": 12}, "merges": ["a b", "ab c", "Ġ ab", "Ã ©"]}}
        """#.utf8)

    @Test func mutatedTokenizersEncodeOrAreRefused() {
        var mutator = Mutator(seed: 21)
        let text = "abc ab  cab 12\r\n\n é😀 <end> \u{3000}aaaaab"
        var opened = 0
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.mutate(Self.sound)
            guard let json = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
                let tokenizer = try? Tokenizer(json: json, name: "tokenizer.json")
            else { continue }
            opened += 1
            _ = tokenizer.decode(tokenizer.encode(text))
            let noise = mutator.mutate(Array(text.utf8))
            _ = noise.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
        }
        #expect(opened > 0)
    }
}
