import DeepSeekJSON
import DeepSeekTokenizer

/// Small tokenizer files made in code: all 256 bytes, a few merges, whatever else a test is about.
struct TinyTokenizer {
    static let letters = "t h|th e|Ġ t|Ġ th|Ġth e|i n|in g|o u|Ġ a|a n|an d|e r|l l|r e|Ġ Ġ|ĠĠ ĠĠ|0 0|f o|fo o|Ġ foo"
    static let han = "ä ½|ä½ ł|å ¥|å¥ ½|ä½ł å¥½|¥ ½|å ¥½|ä º|äº º|ï ¼|ï¼ Į|Ċ Ċ|Ã ©|½ å"

    var merges = (letters + "|" + han).split(separator: "|").map(String.init)
    var extraTokens: [String] = []
    var preTokenizer: JSONValue = [
        "type": "ByteLevel", "add_prefix_space": false, "use_regex": true, "trim_offsets": true,
    ]
    var normalizer: JSONValue = nil
    var addedTokens: [JSONValue] = []
    var modelOptions = JSONObject()
    var missingBytes: [UInt8] = []

    /// A `Split` by a regular expression, then `ByteLevel`.
    static func splitting(_ pattern: String, _ behavior: String = "Isolated", invert: Bool = false) -> TinyTokenizer {
        var tiny = TinyTokenizer()
        tiny.preTokenizer = [
            "type": "Sequence",
            "pretokenizers": [
                [
                    "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": .string(behavior),
                    "invert": .bool(invert),
                ],
                ["type": "ByteLevel", "add_prefix_space": false, "use_regex": false, "trim_offsets": true],
            ],
        ]
        return tiny
    }

    static func addedToken(
        _ content: String, id: Int, special: Bool = false, singleWord: Bool = false, lstrip: Bool = false,
        rstrip: Bool = false, normalized: Bool = false
    ) -> JSONValue {
        [
            "id": .integer(id), "content": .string(content), "single_word": .bool(singleWord), "lstrip": .bool(lstrip),
            "rstrip": .bool(rstrip), "normalized": .bool(normalized), "special": .bool(special),
        ]
    }

    /// The byte alphabet of GPT-2.
    static let alphabet: [String] = {
        var next: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            var value = byte
            if !(33...126).contains(byte) && !(161...172).contains(byte) && !(174...255).contains(byte) {
                value = next
                next += 1
            }
            return Unicode.Scalar(value).map { String($0) } ?? ""
        }
    }()

    var json: JSONValue {
        var vocab = JSONObject()
        for (byte, letter) in Self.alphabet.enumerated() where !missingBytes.contains(UInt8(byte)) {
            vocab[letter] = .integer(byte)
        }
        var next = 256
        for token in merges.map({ $0.replacing(" ", with: "") }) + extraTokens where vocab[token] == nil {
            vocab[token] = .integer(next)
            next += 1
        }
        var model: JSONObject = [
            "type": "BPE", "vocab": .object(vocab), "merges": .array(merges.map { .string($0) }),
        ]
        for (key, value) in modelOptions { model[key] = value }
        return [
            "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(addedTokens),
            "normalizer": normalizer, "pre_tokenizer": preTokenizer, "post_processor": nil,
            "decoder": ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
            "model": .object(model),
        ]
    }

    func make() throws(TokenizerError) -> Tokenizer { try Tokenizer(json: json, name: "tiny.json") }

    /// The words that a text is cut into.
    func words(_ text: String) throws(TokenizerError) -> [String] {
        try make().words(of: text).map { String(decoding: $0, as: UTF8.self) }
    }
}
