import DeepSeekTokenizer
import Testing

@Suite struct PatternTests {
    @Test(arguments: [
        ("a|ab", "abab", ["a", "b", "a", "b"]), ("ab|a", "aba", ["ab", "a"]), ("(?:a|ab)(?:c|bcd)", "abcd", ["abcd"]),
        ("a+?", "aaa", ["a", "a", "a"]), ("a{2,3}", "aaaaa", ["aaa", "aa"]), ("a{2,3}?", "aaaaa", ["aa", "aa", "a"]),
        ("a{,2}b", "aaab", ["a", "aab"]), ("a{2", "a{2", ["a{2"]), (#"\s+(?!\S)"#, "a   b  ", ["a", "  ", " b", "  "]),
        (#"\s+$"#, "a  b  ", ["a  b", "  "]), (#"x$"#, "x\nx", ["x", "\n", "x"]), (#"x\z"#, "x\nx", ["x\n", "x"]),
        (#"x\Z"#, "xx\n", ["x", "x", "\n"]), ("(?i:ks)", "kſKsKS", ["kſ", "Ks", "KS"]),
        ("[^a-c]+", "axyb", ["a", "xy", "b"]),
        (#"[\p{L}&&[^\p{Han}]]+"#, "ab的c", ["ab", "的", "c"]), (#"[[ab]c]+"#, "xabcx", ["x", "abc", "x"]),
        (#"\p{^L}+"#, "a12b", ["a", "12", "b"]), (#"\x41|\u0042|\x{4e00}"#, "ABC一", ["A", "B", "C", "一"]),
        ("(?=b)", "ab", ["a", "b"]), ("a(?=(?:bc)+d)", "abcbcdab", ["a", "bcbcdab"]),
        ("a(?!b(?!c))", "abcabd", ["a", "bcabd"]),
        ("(?:a?)*b", "aab", ["aab"]), (#"[a\-z]+"#, "a-zb", ["a-z", "b"]), ("[]a]+", "x]a", ["x", "]a"]),
        (".", "a\nb", ["a", "\n", "b"]),
        ("a++b|a", "aab", ["aab"]), ("a++a|b", "aab", ["aa", "b"]), (#"\h+"#, "xFFg", ["x", "FF", "g"]),
    ])
    func matchesAsBacktrackingDoes(pattern: String, text: String, words: [String]) throws {
        #expect(try TinyTokenizer.splitting(pattern).words(text) == words)
    }

    @Test(arguments: [
        ("Removed", false, ["a", "b", "c"]), ("Isolated", false, ["a", "-", "b", "-", "-", "c"]),
        ("MergedWithPrevious", false, ["a-", "b-", "-", "c"]), ("MergedWithNext", false, ["a", "-b", "-", "-c"]),
        ("Contiguous", false, ["a", "-", "b", "--", "c"]), ("Removed", true, ["-", "-", "-"]),
        ("MergedWithPrevious", true, ["a", "-b", "-", "-c"]), ("MergedWithNext", true, ["a-", "b-", "-", "c"]),
    ])
    func behaviors(behavior: String, invert: Bool, words: [String]) throws {
        #expect(try TinyTokenizer.splitting("-", behavior, invert: invert).words("a-b--c") == words)
    }

    @Test(arguments: [
        ("(", TokenizerError.Code.invalidPattern, 0), ("a)", .invalidPattern, 1), ("[a", .invalidPattern, 0),
        ("*a", .invalidPattern, 0), ("a{3,1}", .invalidPattern, 1), ("[z-a]", .invalidPattern, 1),
        (#"\x{110000}"#, .invalidPattern, 10),
        ("a\\", .invalidPattern, 2), (#"\p{L"#, .invalidPattern, 4), (#"ab\1"#, .unsupportedPattern, 2),
        ("(?<=a)b", .unsupportedPattern, 0), ("x(?>a)", .unsupportedPattern, 1), ("^a", .unsupportedPattern, 0),
        (#"a\b"#, .unsupportedPattern, 1), (#"\p{Klingon}"#, .unsupportedPattern, 0), ("a**", .unsupportedPattern, 2),
        ("(?:ab)++", .unsupportedPattern, 6), ("a{2}?", .unsupportedPattern, 1), ("a{1001}", .unsupportedPattern, 1),
        ("[[:alpha:]]", .unsupportedPattern, 2), ("(?=a)*", .unsupportedPattern, 5),
    ])
    func refusesWithTheOffset(pattern: String, code: TokenizerError.Code, offset: Int) {
        #expect {
            try TinyTokenizer.splitting(pattern).make()
        } throws: { error in
            guard let error = error as? TokenizerError else { return false }
            return error.code == code && error.message.contains("at character \(offset):")
                && error.message.hasPrefix("tiny.json: pre_tokenizer.pretokenizers[0].pattern.Regex: ")
        }
    }

    @Test(arguments: [
        "(?:(?:a{1000}){1000}){1000}", "(?:(?:(?:){1000}){1000}){1000}", "[ab]*a[ab]{30}c|(?:[ab]{20}a[ab]*){20}",
        String(repeating: "(", count: 100_000), String(repeating: "[", count: 100_000),
        (0..<300).compactMap { Unicode.Scalar(0x4E00 + $0).map { String($0) } }.joined(separator: "|"),
    ])
    func refusesPatternsThatAreTooLarge(pattern: String) {
        #expect {
            try TinyTokenizer.splitting(pattern).make()
        } throws: {
            [.patternTooComplex, .unsupportedPattern].contains(($0 as? TokenizerError)?.code)
        }
    }
}
