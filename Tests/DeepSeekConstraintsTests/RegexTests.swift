import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Foundation
import Testing

@Suite struct RegexTests {
    private static let patterns = [
        "a", "", "a*b+c?", "(ab|a)(c|bcd)?", "[^a-c]{2,3}", #"\d{3}-\d{4}"#, #"\w+@\w+\.(com|org)"#, #"\s\S\D\W"#,
        "^a|b$",
        "(^a|b)c*$", "a{0}b", "(a?){3}", "(a*)*b", "(?:x+x+)+y", "[é-ü]+|你{2}", "(?i:straße|K)", "[a\\-z\\]]+", ".{3}",
        "(?s:.){2}", #"[^\d\s]x"#, #"[^\W]y"#, #"\u0041\x42[\t\n]"#, "(?P<year>\\d\\d)(?<m>1)", "a+?b*?c{1,2}?",
        "😀|\\.|\\/",
        #"\p{L}{2}\p{Lu}"#, "a|", "[[]x", "-?(?:0|[1-9]\\d*)(?:\\.\\d+)?",
    ]

    /// Texts that the automaton writes, and others made of them.
    private static func samples() throws -> [(pattern: String, text: String, isAccepted: Bool)] {
        var samples: [(String, String, Bool)] = []
        for (index, pattern) in patterns.enumerated() {
            let constraint = try TestVocabulary.compile(.regex(pattern))
            var writer = RandomWriter(seed: UInt64(index))
            for _ in 0..<20 {
                let answer = try writer.write(constraint, limit: 40)
                #expect(answer.isAccepting, "\(pattern)")
                let text = try #require(String(validating: answer.text, as: UTF8.self))
                samples.append((pattern, text, true))
                var scalars = Array(text.unicodeScalars)
                let place = writer.below(scalars.count + 1)
                switch writer.below(3) {
                case 0: scalars.insert("a", at: place)
                case 1: scalars.removeFirst(min(scalars.count, 1))
                default: scalars.swapAt(0, 0 + min(place, max(scalars.count - 1, 0)) * (scalars.isEmpty ? 0 : 1))
                }
                var changed = String.UnicodeScalarView()
                changed.append(contentsOf: scalars)
                samples.append((pattern, String(changed), try constraint.accepts(String(changed).utf8)))
            }
        }
        return samples
    }

    @Test func foundationMatchesWhatIsWritten() throws {
        for (pattern, text, isAccepted) in try Self.samples() where isAccepted {
            // Foundation's syntax lacks Python's spelling of named groups, and reads '[[' as a class in a class.
            let pattern = pattern.replacingOccurrences(of: "?P<", with: "?<").replacingOccurrences(
                of: "[[]", with: "[\\[]")
            let regex = try NSRegularExpression(pattern: "^(?:\(pattern))\\z")
            #expect(
                regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil,
                "\(pattern) \(text.debugDescription)")
        }
    }

    @Test(.enabled(if: Python.isPresent, "needs python3")) func pythonAgrees() throws {
        // Python's re knows neither \p{…} nor (?<name>…).
        let samples = try Self.samples().filter { !$0.pattern.contains("\\p{") }.map {
            ($0.pattern.replacingOccurrences(of: "(?<", with: "(?P<"), $0.text, $0.isAccepted)
        }
        let lines = samples.map { JSONValue.array([.string($0.0), .string($0.1), .bool($0.2)]).serialized() }
        let script = """
            import json, re, sys, warnings
            warnings.simplefilter("ignore")
            for line in open(sys.argv[1], encoding="utf-8"):
                pattern, text, accepted = json.loads(line)
                matches = re.fullmatch(pattern, text) is not None
                # A narrower reading of a class may refuse what Python matches; never the other way round.
                if accepted and not matches or matches and not accepted and text.isascii() and "\\\\" not in pattern \\
                        and "." not in pattern:
                    print(pattern, ascii(text), accepted, matches)
            """
        #expect(try Python.run(script, input: lines.joined(separator: "\n")) == "")
    }

    @Test(
        arguments: [
            ("(", ConstraintError.Code.invalidPattern, "')'"), ("a{2", .unsatisfiable, ""),
            ("a\\b", .unsupportedPattern, "\\b"),
            ("(?=a)", .unsupportedPattern, "lookahead"), ("(?<!a)b", .unsupportedPattern, "lookbehind"),
            ("(a)\\1", .unsupportedPattern, "\\1"), ("a++", .unsupportedPattern, "possessive"),
            ("*a", .invalidPattern, "repeats"),
            ("a{1000000000}", .unsupportedPattern, "1000"), ("((a{1000}){1000}){1000}", .tooComplex, "nodes"),
            ("[]a]", .unsupportedPattern, "']'"), ("a$b", .unsatisfiable, "no text"),
            ("b^a", .unsatisfiable, "no text"),
            ("[^\\d\\D]", .unsatisfiable, "no text"),
            (String(repeating: "(", count: 5_000), .unsupportedPattern, "deep"),
            ("a{,3}", .unsupportedPattern, "{,n}"), ("[a&&b]", .unsupportedPattern, "&&"),
            ("a{3,1}", .invalidPattern, "order"),
        ] as [(String, ConstraintError.Code, String)])
    func badPatterns(pattern: String, code: ConstraintError.Code, words: String) throws {
        // A brace that begins no count is a brace.
        if pattern == "a{2" { return #expect(try TestVocabulary.compile(.regex(pattern)).accepts("a{2".utf8)) }
        do {
            _ = try TestVocabulary.compile(.regex(pattern))
            Issue.record("accepted \(pattern.prefix(80))")
        } catch let error as ConstraintError {
            #expect(error.code == code, "\(error)")
            #expect(error.message.contains(words), "\(error)")
        }
    }

    @Test func patternsThatBacktrackForEverDoNotHere() throws {
        let constraint = try TestVocabulary.compile(.regex("(?:a|a|aa)+(?:b|[ab]{1,20}c)"))
        var writer = RandomWriter(seed: 1)
        #expect(try writer.write(constraint, limit: 300).isAccepting)
        #expect(try !constraint.accepts((String(repeating: "a", count: 2_000) + "d").utf8))
    }
}
