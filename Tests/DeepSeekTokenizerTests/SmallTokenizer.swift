import DeepSeekJSON

/// A byte-level tokenizer of a few tokens, made for tests; parts of it can be replaced.
enum SmallTokenizer {
    static func json(_ changes: [String: JSONValue] = [:], model: [String: JSONValue] = [:]) -> JSONValue {
        var vocabulary: [(String, JSONValue)] = []
        for byte in 0x21...0x7E { vocabulary.append((String(UnicodeScalar(UInt8(byte))), .integer(vocabulary.count))) }
        for token in ["Ġ", "Ċ", "ab", "abc", "Ġab", "he", "ll", "hell"] {
            vocabulary.append((token, .integer(vocabulary.count)))
        }
        var parts: [String: JSONValue] = [
            "type": "BPE", "vocab": .object(.init(uniqueKeysWithValues: vocabulary)),
            "merges": ["a b", "ab c", "Ġ ab", "h e", "l l", "he ll"],
        ]
        for (key, value) in model { parts[key] = value }
        var json: [String: JSONValue] = [
            "version": "1.0", "normalizer": nil, "post_processor": nil,
            "added_tokens": [["id": 500, "content": "<end>", "special": true]],
            "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
            "decoder": ["type": "ByteLevel"],
            "model": .object(.init(uniqueKeysWithValues: parts.sorted { $0.key < $1.key })),
        ]
        for (key, value) in changes { json[key] = value }
        return .object(.init(uniqueKeysWithValues: json.sorted { $0.key < $1.key }))
    }
}
