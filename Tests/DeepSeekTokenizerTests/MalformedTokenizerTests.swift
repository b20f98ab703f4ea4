import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

/// Every way to be wrong has an error that names the file and the place.
@Suite struct MalformedTokenizerTests {
    struct Case: CustomTestStringConvertible, Sendable {
        /// Where to put `value`; nil removes.
        let path: [String]
        let value: JSONValue?
        let code: TokenizerError.Code
        /// What the message says after the name of the file.
        let place: String

        init(_ path: String, _ value: JSONValue?, _ code: TokenizerError.Code, _ place: String? = nil) {
            self.path = path.split(separator: ".").map(String.init)
            self.value = value
            self.code = code
            self.place = place ?? path
        }

        var testDescription: String { "\(path.joined(separator: ".")) = \(value?.serialized().prefix(60) ?? "absent")" }
    }

    private static func nested(_ depth: Int, _ key: String, _ inner: JSONValue) -> JSONValue {
        (0..<depth).reduce(inner) { inner, _ in .object(["type": "Sequence", key: .array([inner])]) }
    }

    private static let byteLevel: JSONValue = ["type": "ByteLevel"]

    private static let cases: [Case] = [
        Case("model", nil, .missingField, "the file"), Case("model", 5, .wrongType),
        Case("model.type", "Unigram", .unsupported),
        Case("model.type", 1, .wrongType), Case("model.vocab", nil, .missingField, "model"),
        Case("model.vocab", [], .wrongType),
        Case("model.vocab.a", "x", .wrongType, "model.vocab"), Case("model.vocab.a", -1, .invalidValue, "model.vocab"),
        Case("model.vocab.a", .integer(.max), .invalidValue, "model.vocab"),
        Case("model.vocab.a", 2_097_151, .invalidValue, "model.vocab"),
        Case("model.vocab.a", 98, .duplicate, "model.vocab"), Case("model.vocab.a", 0.5, .wrongType, "model.vocab"),
        Case("model.merges", nil, .missingField, "model"), Case("model.merges", [:], .wrongType),
        Case("model.merges", [5], .wrongType, "model.merges[0]"),
        Case("model.merges", ["ab"], .wrongType, "model.merges[0]"),
        Case("model.merges", ["t h", "a b c"], .wrongType, "model.merges[1]"),
        Case("model.merges", [["a"]], .wrongType, "model.merges[0]"),
        Case("model.merges", [["a", 1]], .wrongType, "model.merges[0]"),
        Case("model.merges", ["q z"], .unknownToken, "model.merges[0]"),
        Case("model.merges", ["absent a"], .unknownToken, "model.merges[0]"),
        Case("model.merges", ["a 的"], .unknownToken, "model.merges[0]"),
        Case("model.merges", ["t h", "i n", ["t", "h"]], .duplicate, "model.merges[2]"),
        Case("model.unk_token", "absent", .unknownToken), Case("model.unk_token", 1, .wrongType),
        Case("model.dropout", 0.1, .unsupported),
        Case("model.dropout", "x", .wrongType), Case("model.continuing_subword_prefix", "##", .unsupported),
        Case("model.end_of_word_suffix", "</w>", .unsupported), Case("model.ignore_merges", 1, .wrongType),
        Case("model.fuse_unk", "no", .wrongType), Case("truncation", ["max_length": 5], .unsupported),
        Case("padding", [:], .unsupported),
        Case("decoder", nil, .missingField, "the file"), Case("decoder", ["type": "WordPiece"], .unsupported),
        Case("decoder", ["type": "Fuse"], .unsupported),
        Case("decoder", nested(40, "decoders", byteLevel), .unsupported, "decoder.decoders[0]"),
        Case("normalizer", ["type": "Lowercase"], .unsupported), Case("normalizer", [], .wrongType),
        Case("normalizer", nested(40, "normalizers", ["type": "NFC"]), .unsupported, "normalizer.normalizers[0]"),
        Case("pre_tokenizer", nil, .missingField, "the file"),
        Case("pre_tokenizer", ["type": "Whitespace"], .unsupported),
        Case("pre_tokenizer", ["type": "Digits"], .unsupported), Case("pre_tokenizer", [:], .missingField),
        Case("pre_tokenizer", nested(40, "pretokenizers", byteLevel), .unsupported, "pre_tokenizer.pretokenizers[0]"),
        Case(
            "pre_tokenizer", ["type": "Sequence", "pretokenizers": [byteLevel, byteLevel]], .unsupported,
            "pre_tokenizer.pretokenizers[1]"),
        Case(
            "pre_tokenizer",
            ["type": "Sequence", "pretokenizers": .array(Array(repeating: ["type": "Digits"], count: 100))],
            .unsupported, "pre_tokenizer.pretokenizers[64]"),
        Case(
            "pre_tokenizer", ["type": "Split", "pattern": ["Regex": "a"], "behavior": "Cut"], .invalidValue,
            "pre_tokenizer.behavior"),
        Case(
            "pre_tokenizer", ["type": "Split", "pattern": ["Regex": "("], "behavior": "Removed"], .invalidPattern,
            "pre_tokenizer.pattern.Regex"),
        Case(
            "pre_tokenizer", ["type": "Split", "pattern": ["Glob": "*"], "behavior": "Removed"], .missingField,
            "pre_tokenizer.pattern"),
        Case("pre_tokenizer.add_prefix_space", 1, .wrongType), Case("added_tokens", [:], .wrongType),
        Case("added_tokens", [5], .wrongType, "added_tokens[0]"),
        Case("added_tokens", [["id": 900]], .missingField, "added_tokens[0]"),
        Case("added_tokens", [["id": 900, "content": ""]], .invalidValue, "added_tokens[0]"),
        Case("added_tokens", [["id": -1, "content": "x!"]], .invalidValue, "added_tokens[0]"),
        Case("added_tokens", [["id": 4_000_000_000, "content": "x!"]], .invalidValue, "added_tokens[0]"),
        Case("added_tokens", [["id": 5, "content": "x!"]], .duplicate, "added_tokens[0]"),
        Case("added_tokens", [["id": 900, "content": "a"]], .duplicate, "added_tokens[0]"),
        Case(
            "added_tokens", [["id": 900, "content": "x!"], ["id": 900, "content": "y!"]], .duplicate, "added_tokens[1]"),
        Case(
            "added_tokens", [["id": 900, "content": "x!"], ["id": 901, "content": "x!"]], .duplicate, "added_tokens[1]"),
        Case("added_tokens", [["id": 900, "content": "x!", "special": 1]], .wrongType, "added_tokens[0].special"),
        Case(
            "added_tokens", [["id": 900, "content": .string(String(repeating: "x", count: 300_000))]], .invalidValue,
            "added_tokens[0]"),
    ]

    @Test(arguments: cases) func refuses(_ broken: Case) throws {
        let json = Self.replacing(TinyTokenizer().json, broken.path[...], broken.value)
        #expect {
            try Tokenizer(json: json, name: "some/tokenizer.json")
        } throws: { error in
            guard let error = error as? TokenizerError else { return false }
            return error.code == broken.code && error.message.hasPrefix("some/tokenizer.json: \(broken.place)")
        }
    }

    @Test func byteFallbackIsRefusedOnlyWhereItWouldAct() throws {
        var tiny = TinyTokenizer()
        tiny.modelOptions["byte_fallback"] = true
        #expect(try tiny.make().encode("a") == [97])
        tiny.missingBytes = [0]
        #expect { try tiny.make() } throws: { ($0 as? TokenizerError)?.code == .unsupported }
    }

    @Test func gapsBetweenIdentifiersAreAllowed() throws {
        var tiny = TinyTokenizer()
        tiny.addedTokens = [TinyTokenizer.addedToken("<far>", id: 2_000_000)]
        let tokenizer = try tiny.make()
        #expect(tokenizer.encode("<far>") == [2_000_000])
        #expect(tokenizer.vocabularySize == 2_000_001)
    }

    @Test func filesThatAreMissingOrNotJSON() throws {
        #expect { try Tokenizer(path: "/nowhere/tokenizer.json") } throws: {
            ($0 as? TokenizerError)?.code == .fileNotFound
        }
        #expect { try Tokenizer(path: NSTemporaryDirectory()) } throws: {
            ($0 as? TokenizerError)?.code == .fileNotReadable
        }
        #expect { try Tokenizer(json: [], name: "list") } throws: { ($0 as? TokenizerError)?.code == .wrongType }
        try PythonPeer.inScratchFolder { folder in
            try "{\n  oops".write(toFile: folder.path + "/tokenizer.json", atomically: false, encoding: .utf8)
            #expect {
                try Tokenizer(folder: folder.path)
            } throws: { error in
                (error as? TokenizerError)?.code == .invalidJSON && "\(error)".contains("line 2, column 3")
            }
        }
    }

    private static func replacing(_ json: JSONValue, _ path: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
        guard let key = path.first, case .object(var members) = json else { return json }
        members[key] = path.count == 1 ? value : replacing(members[key] ?? nil, path.dropFirst(), value)
        return .object(members)
    }
}
