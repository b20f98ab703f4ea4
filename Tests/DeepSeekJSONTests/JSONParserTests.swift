import DeepSeekJSON
import Testing

@Suite struct JSONParserTests {
    @Test func parsesEveryKindOfValue() throws {
        let value = try JSONValue(
            parsing: #" {"b": [1, -2.5, 1e3, true, false, null], "a": "x\"\n\u00e9\ud83d\ude00", "c": {}} "#)
        let expected: JSONValue = ["b": [1, -2.5, .number(1000), true, false, nil], "a": "x\"\né😀", "c": [:]]
        #expect(value == expected)
        #expect(value.object?.keys.elements == ["b", "a", "c"])
    }

    @Test func integersStayIntegersAndLargeOnesBecomeDoubles() throws {
        #expect(try JSONValue(parsing: "9223372036854775807") == .integer(.max))
        #expect(try JSONValue(parsing: "9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "4096.0").integer == 4096)
        #expect(try JSONValue(parsing: "1e300").integer == nil)
    }

    @Test(arguments: [
        ("", JSONError.Code.truncated), ("{", .truncated), ("[1,", .truncated), ("\"ab", .truncated),
        ("tru", .truncated),
        ("{\"a\":1,}", .syntax), ("[1 2]", .syntax), ("01", .syntax), ("1.", .syntax), ("nul1", .syntax),
        ("1 2", .syntax),
        ("\"\u{1}\"", .syntax), ("\"\\x\"", .syntax), ("{\"a\":1,\"a\":2}", .duplicateKey),
        ("1e999", .numberOutOfRange),
        ("\"\\ud800\"", .invalidString), ("\"\\udc00\"", .invalidString),
    ])
    func refusesMalformedText(text: String, code: JSONError.Code) {
        #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONError)?.code == code }
    }

    @Test func refusesInvalidUTF8() {
        let bytes: [UInt8] = [0x22, 0xFF, 0x22]
        #expect { try bytes.withUnsafeBytes { try JSONValue(parsing: $0) } } throws: {
            ($0 as? JSONError)?.code == .invalidString
        }
    }

    @Test func depthIsBounded() {
        #expect { try JSONValue(parsing: String(repeating: "[", count: 100_000)) } throws: {
            ($0 as? JSONError)?.code == .tooDeep
        }
    }

    @Test func theNumberOfValuesIsBounded() throws {
        let text = Array(#"{"a": [1, 2], "b": null}"#.utf8)
        let parse = { (limit: Int) in try text.withUnsafeBytes { try JSONValue(parsing: $0, maximumValues: limit) } }
        #expect(try parse(5)["b"] == .null)
        #expect { try parse(4) } throws: { ($0 as? JSONError)?.code == .tooManyValues }
    }

    @Test func errorsSayLineAndColumn() {
        #expect { try JSONValue(parsing: "{\n  \"a\": 1,\n  oops\n}") } throws: { error in
            guard let error = error as? JSONError else { return false }
            return error.line == 3 && error.column == 3
        }
    }

    @Test func writesWhatItReads() throws {
        let value: JSONValue = ["text": "a\"\\\n\u{1}é", "list": [1, 2.5, nil, true, [:], []], "n": -3]
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.serialized(pretty: true)) == value)
        #expect((["a": [1]] as JSONValue).serialized() == #"{"a":[1]}"#)
    }
}
