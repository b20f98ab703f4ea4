import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

/// Token for token the same as the `tokenizers` library.
@Suite(.enabled(if: PythonPeer.isPresent, PythonPeer.comment)) struct PeerComparisonTests {
    /// Of each corpus file; all of it with `DEEPSEEK_FULL_CORPUS=1`.
    private static let corpusLimit =
        ProcessInfo.processInfo.environment["DEEPSEEK_FULL_CORPUS"] == "1" ? Int.max : 300_000

    @Test(
        .enabled(if: Shared.isPresent, Shared.comment),
        arguments: [
            "en_classic_books", "en_gsm8k_train_cot", "en_openstax_ccby", "en_tinyshakespeare", "zh_modern_prose",
            "zh_poetry",
        ])
    func corpus(name: String) throws {
        let path = Shared.tokenizerFolder + "/tokenizer.json"
        let tokenizer = try Tokenizer(path: path)
        let samples = try PythonPeer.encodeCorpus(
            "\(Shared.corpusFolder)/\(name).jsonl.gz", limit: Self.corpusLimit, tokenizer: path)
        #expect(!samples.isEmpty)
        for sample in samples {
            let tokens = sample.text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            #expect(tokens == sample.tokens)
            #expect(tokenizer.decode(tokens).utf8.elementsEqual(sample.text))
        }
    }

    @Test(.enabled(if: Shared.isPresent, Shared.comment), arguments: [Shared.tokenizerFolder, Shared.smallModelFolder])
    func randomTextWithPublishedVocabularies(folder: String) throws {
        try compare(Tokenizer(folder: folder), folder + "/tokenizer.json", seed: 11, texts: 1_500)
    }

    @Test(arguments: Self.shapes.indices)
    func randomTextWithOtherShapes(index: Int) throws {
        var tiny = Self.shapes[index]
        // The peer numbers added tokens by the size of the vocabulary, whatever the file says.
        if tiny.missingBytes.isEmpty { try addTokens(to: &tiny, index) }
        try PythonPeer.inScratchFolder { folder in
            let path = folder.appendingPathComponent("tokenizer.json").path
            try tiny.json.serialized().write(toFile: path, atomically: false, encoding: .utf8)
            try compare(Tokenizer(path: path), path, seed: UInt64(100 + index), texts: 150)
        }
    }

    private func addTokens(to tiny: inout TinyTokenizer, _ index: Int) throws {
        tiny.addedTokens = [
            TinyTokenizer.addedToken("<|a|>", id: 300, special: true, normalized: index.isMultiple(of: 2)),
            TinyTokenizer.addedToken("<b>", id: 301, lstrip: true),
            TinyTokenizer.addedToken("<c>", id: 302, lstrip: index.isMultiple(of: 3), rstrip: true),
            TinyTokenizer.addedToken("foofoo", id: 303), TinyTokenizer.addedToken("né", id: 304, normalized: true),
        ]
        let first = try #require(tiny.json["model"]?["vocab"]?.object).count
        for place in tiny.addedTokens.indices {
            guard case .object(var token) = tiny.addedTokens[place] else { continue }
            token["id"] = .integer(first + place)
            tiny.addedTokens[place] = .object(token)
        }
    }

    private func compare(_ tokenizer: Tokenizer, _ path: String, seed: UInt64, texts: Int) throws {
        var random = RandomText(seed: seed)
        for sample in try PythonPeer.encode(random.texts(texts), tokenizer: path) {
            let tokens = sample.text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            #expect(tokens == sample.tokens, "\(String(decoding: sample.text, as: UTF8.self))")
        }
    }

    private static let llama3 =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let deepSeekV3 =
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##
    private static let cased =
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'ll)?|\p{N}{1,3}|\s+(?!\S)|\s+|."#
    private static let possessive =
        #"[^\r\n\p{L}\p{N}]?+\p{L}++|[\p{Han}&&[^好]]+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s+(?=\S)|\w"#

    private static let shapes: [TinyTokenizer] = {
        var shapes = [llama3, llama3.replacing("{1,3}", with: ""), deepSeekV3, cased, possessive].map {
            TinyTokenizer.splitting($0)
        }
        for pattern in ["a*", "(?:ab|a)(?:c|bcd)?", "x*?e", #"[^\S\n]+$"#, #"\d{2,3}?|\W+"#, "(?!o)."] {
            for behavior in ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"] {
                shapes.append(.splitting(pattern, behavior, invert: shapes.count.isMultiple(of: 2)))
            }
        }
        for form in ["NFC", "NFD", "NFKC", "NFKD"] {
            var tiny = TinyTokenizer.splitting(llama3)
            tiny.normalizer = ["type": .string(form)]
            tiny.modelOptions["ignore_merges"] = true
            shapes.append(tiny)
        }
        for (digits, prefix) in [(true, false), (false, true)] {
            var tiny = TinyTokenizer()
            tiny.preTokenizer = [
                "type": "Sequence",
                "pretokenizers": [
                    ["type": "Digits", "individual_digits": .bool(digits)],
                    ["type": "Split", "pattern": ["String": "o"], "behavior": "MergedWithNext", "invert": false],
                    ["type": "ByteLevel", "add_prefix_space": .bool(prefix), "use_regex": true, "trim_offsets": true],
                ],
            ]
            shapes.append(tiny)
        }
        for fuses in [true, false] {
            var tiny = TinyTokenizer.splitting(llama3)
            tiny.missingBytes = [0xE4, 0xBD, 0xA0, UInt8(ascii: "x")]
            tiny.merges.removeAll { $0.contains("ä") || $0.contains("½") }
            tiny.extraTokens = ["<unk>"]
            tiny.modelOptions = ["unk_token": "<unk>", "fuse_unk": .bool(fuses)]
            shapes.append(tiny)
        }
        return shapes
    }()
}
