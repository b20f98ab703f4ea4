import DeepSeekBenchmarking
import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

@Suite struct SampleConversationTests {
    /// A token for each byte.
    private static func tokenizer() throws -> Tokenizer {
        var next: UInt32 = 256
        let letters = (UInt32(0)..<256).map { byte -> String in
            var value = byte
            if !(33...126).contains(byte) && !(161...172).contains(byte) && !(174...255).contains(byte) {
                value = next
                next += 1
            }
            return Unicode.Scalar(value).map { String($0) } ?? ""
        }
        let byteLevel: JSONValue = ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true]
        let json: JSONValue = [
            "version": "1.0", "added_tokens": [], "pre_tokenizer": byteLevel, "decoder": byteLevel,
            "model": [
                "type": "BPE",
                "vocab": .object(JSONObject(uniqueKeysWithValues: letters.enumerated().map { ($1, .integer($0)) })),
                "merges": [],
            ],
        ]
        let folder = FileManager.default.temporaryDirectory.appending(path: "deepseek-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(json.serialized().utf8).write(to: folder.appending(path: "tokenizer.json"))
        return try Tokenizer(folder: folder.path)
    }

    @Test func questionsAndLengthsOfAnswersAreTaken() throws {
        let text = """
            [{"id": "1", "conversations": [{"from": "human", "value": "hello"}, {"from": "gpt", "value": "good day"}]},
             {"messages": [{"role": "user", "content": "water"}, {"role": "assistant", "content": "wet, yes"}]},
             {"conversations": [{"from": "human", "value": "no answer"}]},
             {"conversations": [{"from": "human", "value": "ab"}, {"from": "gpt", "value": "too short a question"}]},
             {"conversations": [{"from": "human", "value": "a question that is long"}, {"from": "gpt", "value": "well"}]}]
            """
        let samples = try SampleConversation.read(text, path: "x", tokenizer: Self.tokenizer(), longest: 10)
        #expect(samples.map(\.prompt) == ["hello", "water"])
        #expect(samples.map(\.ids.count) == [5, 5] && samples.map(\.answerTokens) == [8, 8])
    }

    @Test(arguments: ["{", "{}", "[]", #"[{"conversations": "none"}]"#]) func othersAreRefused(text: String) throws {
        let tokenizer = try Self.tokenizer()
        let error = #expect(throws: ServingError.self) {
            try SampleConversation.read(text, path: "talk.json", tokenizer: tokenizer, longest: 100)
        }
        #expect(error?.code == .badConversations && error?.message.hasPrefix("talk.json: ") == true)
    }
}
