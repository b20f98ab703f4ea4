import DeepSeekConstraints
import DeepSeekJSON
import DeepSeekTokenizer

/// All bytes, and tokens that cut JSON and characters in awkward places.
package enum TestVocabulary {
    package static let end: Int32 = 400
    /// Logits of a row: a few more than there are tokens.
    package static let size = 410

    private static let pieces: [[UInt8]] =
        [
            "{\"", "\":", "\"}", "\",\"", "\": \"", "},", "}]", "]]", "[[", "true", "false", "null", "1.5", "-1", "e+",
            "00", "12", ", ", "\n  ", "    ", "\\u", "\\\"", "\\n", "ab", "name", "\"name\"", "a\"", "\"a", "\"a\":",
            "2024-", "T1", ":0", "é", "你好", "😀", "}}", "\"]", "[\"", "0.", "xx", " ", "\t",
        ].map { Array($0.utf8) } + [[0xE4, 0xBD], [0xA0, 0xE5], [0xF0, 0x9F], [0x80, 0x22], [0xC3, 0xA9, 0xC3]]

    /// A `tokenizer.json`.
    package static let json: JSONValue = {
        var vocabulary = JSONObject()
        for byte in UInt8.min...UInt8.max { vocabulary[spelling([byte])] = .integer(Int(byte)) }
        for piece in pieces where vocabulary[spelling(piece)] == nil {
            vocabulary[spelling(piece)] = .integer(vocabulary.count)
        }
        return [
            "version": "1.0",
            "added_tokens": [
                ["id": .integer(Int(end)), "content": "<end>", "special": true],
                ["id": 401, "content": "<tool_call>", "special": false],
                ["id": 402, "content": "ab\"", "special": true],
            ],
            "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
            "decoder": ["type": "ByteLevel"],
            "model": ["type": "BPE", "vocab": .object(vocabulary), "merges": []],
        ]
    }()

    package static let tokenizer: Tokenizer = {
        do {
            return try Tokenizer(json: json, name: "test")
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    package static let trie = TokenTrie(tokenizer, vocabularySize: size)

    package static func compile(_ constraint: OutputConstraint) throws -> CompiledConstraint {
        try CompiledConstraint(constraint, trie: trie)
    }

    private static func spelling(_ bytes: [UInt8]) -> String {
        var next: UInt32 = 256
        var alphabet: [UInt8: UInt32] = [:]
        for byte in UInt8.min...UInt8.max {
            let isPrintable = (33...126).contains(byte) || (161...172).contains(byte) || byte >= 174
            alphabet[byte] = isPrintable ? UInt32(byte) : next
            next += isPrintable ? 0 : 1
        }
        var text = ""
        for byte in bytes { text.unicodeScalars.append(alphabet[byte].flatMap(Unicode.Scalar.init) ?? "?") }
        return text
    }
}
