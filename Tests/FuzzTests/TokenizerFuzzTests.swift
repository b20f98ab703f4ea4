import DeepSeekJSON
import DeepSeekTokenizer
import Testing

@Suite struct TokenizerFuzzTests {
    private static let sound = Array(
        #"""
        {"version": "1.0", "truncation": null, "padding": null,
         "added_tokens": [{"id": 14, "content": "<a>", "single_word": false, "lstrip": true, "rstrip": false,
           "normalized": false, "special": true}, {"id": 16, "content": "é", "rstrip": true, "normalized": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
           {"type": "Split", "pattern": {"Regex": "[\r\n]|\\s?[A-Za-zÀ-Ö]+|\\s+$|(?i:'s|'re)|\\p{N}{1,3}|(?:ab?)*?c(?!d)"},
            "behavior": "Isolated", "invert": false},
           {"type": "Split", "pattern": {"String": "b"}, "behavior": "MergedWithNext", "invert": true},
           {"type": "Digits", "individual_digits": true},
           {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}]},
         "post_processor": null,
         "decoder": {"type": "Sequence", "decoders": [{"type": "ByteLevel"}, {"type": "Fuse"}]},
         "model": {"type": "BPE", "dropout": null, "unk_token": "<u>", "continuing_subword_prefix": null,
           "end_of_word_suffix": null, "fuse_unk": true, "byte_fallback": false, "ignore_merges": false,
           "vocab": {"a": 0, "b": 1, "c": 2, "Ġ": 3, "1": 4, "ab": 5, "abc": 6, "Ġa": 7, "ä": 8, "½": 9, "ä½": 10,
             "<u>": 11, "ł": 12, "ä½ł": 13},
           "merges": ["a b", "ab c", ["Ġ", "a"], "ä ½", ["ä½", "ł"]]}}
        """#.utf8)

    private static let texts: [[UInt8]] = [
        "abc ab's 123 é <a>\r\n 你 cd  ", String(repeating: "ab", count: 60), "  \n\t ", "ABC'RE\u{301}😀",
    ].map { Array($0.utf8) }

    @Test func mutatedFilesOpenOrAreRefused() {
        var mutator = Mutator(seed: 7)
        #expect(throws: Never.self) { try Self.open(Self.sound) }
        for _ in 0..<Mutator.iterations {
            guard let tokenizer = try? Self.open(mutator.mutate(Self.sound)) else { continue }
            for text in Self.texts + [mutator.mutate(Self.texts[0])] {
                let tokens = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
                #expect(tokens.allSatisfy { tokenizer.bytes(of: $0) != nil })
                _ = tokenizer.decode(tokens, skippingSpecialTokens: true)
                let content = PromptSpan(text: String(decoding: text, as: UTF8.self), origin: .content)
                _ = tokenizer.encode([PromptSpan(text: "<a>", origin: .template), content])
            }
        }
    }

    @Test func mutatedConfigurationsOpenOrAreRefused() {
        let sound = Array(
            #"""
            {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "add_bos_token": true, "model_max_length": 1e30,
             "chat_template": [{"name": "default", "template": "x"}]}
            """#.utf8)
        var mutator = Mutator(seed: 8)
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.mutate(sound)
            guard let json = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }) else { continue }
            _ = try? TokenizerConfiguration(json: json, name: "tokenizer_config.json")
        }
    }

    private static func open(_ bytes: [UInt8]) throws -> Tokenizer {
        try Tokenizer(json: bytes.withUnsafeBytes { try JSONValue(parsing: $0) }, name: "tokenizer.json")
    }
}
