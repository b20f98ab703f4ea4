import CAllocationCounter
import ConstraintSamples
import DeepSeekConstraints
import DeepSeekJSON
import Testing

@Suite struct ConstraintTests {
    @Test func jsonModeWritesObjects() throws {
        let constraint = try TestVocabulary.compile(.json)
        var depth = 0
        for seed in 0..<100 as Range<UInt64> {
            var writer = RandomWriter(seed: seed)
            let answer = try writer.write(constraint, limit: 20 + writer.below(400))
            #expect(answer.isAccepting)
            let text = try #require(String(validating: answer.text, as: UTF8.self))
            depth = max(depth, text.count { $0 == "{" })
            do {
                #expect(try JSONValue(parsing: text).object != nil)
            } catch {
                #expect(error.code == .duplicateKey, "\(error) in \(text)")
            }
        }
        #expect(depth > 1)
    }

    @Test(arguments: [
        (#"{}"#, true), (#" {}"#, false), (#"{"a":1}"#, true), ("{\n  \"a\": [1, true, {\"b\": null}]\n}", true),
        ("[]", false),
        (#"{"a":01}"#, false), (#"{"a":1,}"#, false), (#"{"\ud83d\ude00\u0041":"\ud83d"}"#, false),
        (#"{"\ud83d\ude00\u0041":"é\n"}"#, true), ("{\"a\":\"\n\"}", false), (#"{"a":  1}"#, false),
        (#"{"a":1e99}"#, true),
        (#"{"a":1e400}"#, false), (#"{"a":"\ude00"}"#, false),
    ])
    func jsonMode(text: String, isValid: Bool) throws {
        #expect(try TestVocabulary.compile(.json).accepts(text.utf8) == isValid)
    }

    @Test(
        arguments: [[0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xE4, 0xBD], [0xFF]]
            as [[UInt8]])
    func invalidUTF8IsNeverWritten(bytes: [UInt8]) throws {
        let constraint = try TestVocabulary.compile(.json)
        let (head, tail) = (Array(#"{"a":""#.utf8), Array(#""}"#.utf8))
        #expect(try constraint.accepts(head + [0xE4, 0xBD, 0xA0] + tail))
        #expect(try !constraint.accepts(head + bytes + tail))
        #expect(try !TestVocabulary.compile(.regex(".*")).accepts(bytes))
    }

    @Test(arguments: [OutputConstraint.json, .regex("(?:[ab]{1,90}-?){1,9}")])
    func forgettingStatesChangesNothing(constraint: OutputConstraint) throws {
        let large = try TestVocabulary.compile(constraint)
        let small = try CompiledConstraint(constraint, trie: TestVocabulary.trie, automatonBytes: 30_000)
        for seed in 0..<10 as Range<UInt64> {
            var (first, second) = (RandomWriter(seed: seed), RandomWriter(seed: seed))
            let text = try first.write(large, limit: 300).text
            #expect(try second.write(small, limit: 300).text == text)
        }
    }

    @Test func choicesAreWritten() throws {
        let texts = ["yes", "no", "name", "né", "nonsense", "y"]
        let constraint = try TestVocabulary.compile(.choice(texts))
        var writer = RandomWriter(seed: 3)
        var seen = Set<String>()
        for _ in 0..<200 { seen.insert(String(decoding: try writer.write(constraint, limit: 20).text, as: UTF8.self)) }
        #expect(seen == Set(texts))
    }

    @Test func specialTokensNeverFollow() throws {
        // The special token 402 is written as text that would fit.
        let constraint = try TestVocabulary.compile(.regex("ab\""))
        let state = try ConstraintState(constraint, ends: [TestVocabulary.end])
        #expect(try Self.allowed(state).contains(Int32(UInt8(ascii: "a"))))
        #expect(try !Self.allowed(state).contains(402))
        #expect(try !Self.allowed(state).contains(TestVocabulary.end))
    }

    @Test func anEndMayFollowWhatIsComplete() throws {
        var state = try ConstraintState(TestVocabulary.compile(.regex("a+")), ends: [TestVocabulary.end])
        try state.advance(Int32(UInt8(ascii: "a")))
        #expect(!state.isComplete)
        #expect(try Self.allowed(state) == [Int32(UInt8(ascii: "a")), TestVocabulary.end])
        var other = state
        try other.advance(TestVocabulary.end)
        #expect(other.isComplete)
        // The copy went its own way.
        #expect(!state.isComplete)
    }

    @Test func anAnswerIsLedToItsEndWithinTheLimit() throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["s": ["type": "string"], "l": ["type": "array"]], "required": ["s", "l"],
        ]
        let constraint = try TestVocabulary.compile(.jsonSchema(schema, strict: false))
        #expect(constraint.shortestText == #"{"s":"","l":[]}"#.utf8.count)
        for limit in [constraint.shortestText, 30, 200] {
            var writer = RandomWriter(seed: UInt64(limit))
            let answer = try writer.write(constraint, limit: limit)
            #expect(answer.isAccepting)
            #expect(answer.tokens <= limit)
            #expect(answer.isShortened || answer.tokens < limit)
        }
        var writer = RandomWriter(seed: 5)
        #expect(try writer.write(constraint, limit: 3).isAccepting == false)
    }

    @Test func recursionNestsAsDeepAsIsAllowedAndEnds() throws {
        let schema: JSONValue = [
            "type": "object", "properties": ["n": ["anyOf": [["$ref": "#"], ["type": "null"]]]], "required": ["n"],
            "additionalProperties": false,
        ]
        let constraint = try TestVocabulary.compile(.jsonSchema(schema, strict: true))
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"n":"#, count: depth) + "null" + String(repeating: "}", count: depth)
        }
        #expect(try constraint.accepts(nested(50).utf8))
        #expect(try !constraint.accepts(nested(5_000).utf8))
        // What is chosen always opens one more level, as long as it may.
        var state = try ConstraintState(constraint, ends: [])
        var text: [UInt8] = []
        while !state.isComplete {
            let allowed = try Self.allowed(state)
            let token =
                allowed.contains(UInt8(ascii: "{").token)
                ? UInt8(ascii: "{").token : try #require(allowed.filter { $0 < 256 && $0 > 32 }.max())
            try state.advance(token)
            text.append(UInt8(token))
        }
        let value = try JSONValue(parsing: String(decoding: text, as: UTF8.self))
        #expect(value["n"]?["n"]?["n"] != nil)
    }

    @Test func toolCallsHaveValidArguments() throws {
        let functions = [
            ToolCallConstraint.Function(
                name: "get_weather",
                parameters: [
                    "type": "object", "properties": ["unit": ["enum": ["C", "F"]]], "required": ["unit"],
                    "additionalProperties": false,
                ], isStrict: true),
            .init(name: "stop", parameters: nil),
        ]
        let required = try TestVocabulary.compile(.toolCalls(.init(functions: functions, isRequired: true)))
        let call = #"<tool_call>{"name": "get_weather", "arguments": {"unit": "C"}}</tool_call>"#
        #expect(try required.accepts(call.utf8))
        #expect(try required.accepts("\(call)\n\(call)".utf8))
        #expect(try !required.accepts("Let me see. \(call)".utf8))
        #expect(try !required.accepts(call.replacingOccurrences("\"C\"", "\"K\"").utf8))
        #expect(try !required.accepts(call.replacingOccurrences("weather", "wether").utf8))
        var writer = RandomWriter(seed: 8)
        for _ in 0..<20 { #expect(try writer.write(required, limit: 200).isAccepting) }

        let free = try TestVocabulary.compile(
            .toolCalls(.init(functions: functions, isRequired: false, allowsSeveral: false)))
        #expect(try free.accepts("Let me see. \(call)".utf8))
        #expect(try free.accepts("No call <tool_cal> at all".utf8))
        #expect(try !free.accepts("\(call)\n\(call)".utf8))
        #expect(try !free.accepts("\(call) And?".utf8))
        #expect(try !free.accepts("<tool_call>nonsense".utf8))
        #expect(try free.accepts("".utf8))

        let form = try TestVocabulary.compile(
            .toolCalls(.init(functions: functions, isRequired: true, form: .deepSeek)))
        #expect(
            try form.accepts(
                "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>stop\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>"
                    .utf8))
    }

    #if os(Linux)
        @Test func aTokenAllocatesNothingOnceItsMasksAreKnown() throws {
            let constraint = try TestVocabulary.compile(.json)
            let text = Array(#"{"ab": [1, {"name": "ab"}, "xx"], "b": null}"#.utf8).map(\.token)
            let logits = [Float](repeating: 0, count: TestVocabulary.size)
            var scores = logits
            var fewest = Int64.max
            // Other tests run beside this one and allocate: of several tries the quietest counts.
            for round in 0..<50 where fewest > 0 {
                var state = try ConstraintState(constraint, ends: [TestVocabulary.end])
                if round > 0 { allocation_counter_start() }
                for token in text {
                    try logits.withUnsafeBufferPointer { logits in
                        try scores.withUnsafeMutableBufferPointer {
                            if let base = $0.baseAddress { try state.restrict(logits, into: base, remaining: 1_000) }
                        }
                    }
                    try state.advance(token)
                }
                if round > 0 { fewest = min(fewest, allocation_counter_stop()) }
                #expect(state.isComplete)
            }
            #expect(fewest == 0, "allocations in \(text.count) tokens")
        }
    #endif

    private static func allowed(_ state: ConstraintState) throws -> [Int32] {
        var state = state
        let logits = [Float](repeating: 0, count: TestVocabulary.size)
        var scores = logits
        try logits.withUnsafeBufferPointer { logits in
            try scores.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { try state.restrict(logits, into: base, remaining: .max) }
            }
        }
        return scores.indices.filter { scores[$0] == 0 }.map { Int32($0) }
    }
}

extension UInt8 {
    fileprivate var token: Int32 { Int32(self) }
}

extension String {
    fileprivate func replacingOccurrences(_ text: String, _ other: String) -> String {
        split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
