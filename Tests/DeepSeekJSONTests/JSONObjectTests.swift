import DeepSeekJSON
import Testing

@Suite struct JSONObjectTests {
    private static func object(_ keys: [String]) throws -> JSONObject {
        let text = "{" + keys.enumerated().map { "\"\($1)\": \($0)" }.joined(separator: ",") + "}"
        return try #require(try JSONValue(parsing: text).object)
    }

    /// Few keys, enough for a table, and enough for it to grow; in ASCII, in Latin letters, and beyond.
    private static let sizes = [1, 8, 9, 10, 1_000]

    @Test(arguments: sizes, ["key", "ключ é", "Ġé"]) func findsEachKey(count: Int, prefix: String) throws {
        let keys = (0..<count).map { "\(prefix)\($0)" }
        let object = try Self.object(keys)
        #expect(object.keys == keys)
        for (position, key) in keys.enumerated() { #expect(object[key] == .integer(position)) }
        #expect(object[prefix] == nil)
        #expect(object["語"] == nil)
    }

    /// The same text in one scalar and in two, in either order.
    @Test(arguments: sizes, [["\u{E9}", "e\u{301}"], ["e\u{301}", "\u{E9}"], ["a", "a"], ["語", "語"]])
    func refusesEqualKeys(count: Int, pair: [String]) {
        let others = (0..<count).map { "key\($0)" }
        for keys in [[pair[0]] + others + [pair[1]], others + pair] {
            #expect { try Self.object(keys) } throws: { ($0 as? JSONError)?.code == .duplicateKey }
        }
    }

    @Test(arguments: sizes) func findsKeysInAnotherForm(count: Int) throws {
        let others = (0..<count).map { "key\($0)" }
        #expect(try Self.object(others + ["\u{E9}"])["e\u{301}"] == .integer(count))
        #expect(try Self.object(others + ["e\u{301}"])["\u{E9}"] == .integer(count))
    }

    @Test(arguments: sizes) func removesAndReplaces(count: Int) throws {
        let keys = (0..<count).map { "key\($0)" }
        var object = try Self.object(keys)
        object["key0"] = nil
        #expect(object.keys == Array(keys.dropFirst()))
        for key in keys.dropFirst() { #expect(object[key] != nil) }
        object["key0"] = true
        object["key0"] = false
        #expect(object.keys == keys.dropFirst() + ["key0"])
        #expect(object["key0"] == false)
    }

    @Test func orderMatters() throws {
        #expect(try JSONValue(parsing: #"{"a": 1, "b": 2}"#) != JSONValue(parsing: #"{"b": 2, "a": 1}"#))
    }
}
