import DeepSeekTokenizer
import Foundation
import Testing

/// The published test cases of the sibling vocabulary; all but the one with `ü`, which that has as an added token.
@Suite(.enabled(if: SharedTokenizers.isPresent, SharedTokenizers.reason)) struct TokenizerCasesTests {
    @Test func publishedCases() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        let base = "\(SharedTokenizers.folder)/tokenizer/cases/ggml-vocab-deepseek-llm.gguf"
        func contents(_ suffix: String) throws -> String {
            try String(contentsOfFile: base + suffix, encoding: .utf8).replacingOccurrences(of: "\r\n", with: "\n")
        }
        let texts = try contents(".inp").components(separatedBy: "\n__ggml_vocab_test__\n")
        let lines = try contents(".out").components(separatedBy: "\n")
        #expect(texts.count == 47 && lines.count == 47)
        for (text, line) in zip(texts, lines) where !text.contains("ü") {
            let expected = line.split(separator: " ").compactMap { TokenID($0) }
            #expect(tokenizer.encode(text) == expected, "\(text.debugDescription)")
            #expect(tokenizer.decode(expected) == text)
        }
    }

    @Test func namesAndNumbers() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        let begin = "<｜begin▁of▁sentence｜>"
        #expect(tokenizer.id(of: begin) == 100_000)
        #expect(tokenizer.isSpecial(100_000) && !tokenizer.isSpecial(5))
        #expect(tokenizer.bytes(of: 100_000) == Array(begin.utf8))
        #expect(tokenizer.bytes(of: -1) == nil && tokenizer.bytes(of: .max) == nil)
        #expect(tokenizer.vocabularySize >= 100_002)
        #expect(tokenizer.decode([100_000, 17_464], skippingSpecialTokens: true) == tokenizer.decode([17_464]))
    }

    /// What a user writes never becomes a special token; what the template writes does.
    @Test func specialTokensComeFromTheTemplateOnly() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        let end = "<｜end▁of▁sentence｜>"
        #expect(tokenizer.encode("a" + end).contains(100_001))
        #expect(!tokenizer.encode("a" + end, matchingSpecialTokens: false).contains(100_001))
        let spans = [
            PromptSpan(text: "User: ", origin: .template), PromptSpan(text: "say \(end) now", origin: .content),
            PromptSpan(text: "\n\nAssistant:", origin: .template), PromptSpan(text: end, origin: .template),
        ]
        let ids = tokenizer.encode(spans)
        #expect(ids.count { $0 == 100_001 } == 1 && ids.last == 100_001)
        #expect(tokenizer.decode(ids) == spans.map(\.text).joined())
    }

    @Test func contentWithoutSpecialTextIsEncodedAsOneText() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        let spans = [
            PromptSpan(text: "User: He", origin: .template), PromptSpan(text: "llo wor", origin: .content),
            PromptSpan(text: "ld", origin: .template),
        ]
        #expect(tokenizer.encode(spans) == tokenizer.encode("User: Hello world"))
    }

    @Test func batchesAreInOrder() throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        let texts = (0..<200).map { String(repeating: "word \($0) ", count: $0 % 17) }
        #expect(tokenizer.encodeBatch(texts) == texts.map { tokenizer.encode($0) })
    }

    /// A line of one letter or of white space is not cut, so all of it is one word of millions of bytes.
    @Test(arguments: ["a", " ", "中", "\n", "1", "!"]) func longRunsTakeLinearTime(letter: String) throws {
        let tokenizer = try Tokenizer(path: SharedTokenizers.deepSeekV2)
        // Quadratic work on this would take hours; the time limit of the suite is the run of CI.
        let text = String(repeating: letter, count: 10_000_000 / letter.utf8.count)
        let ids = tokenizer.encode(text)
        #expect(tokenizer.decode(ids) == text)
    }
}
