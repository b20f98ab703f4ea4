import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

@Suite struct TokenizerConfigurationTests {
    @Test func readsTokensInBothForms() throws {
        let configuration = try TokenizerConfiguration(
            json: [
                "bos_token": "<s>", "eos_token": ["__type": "AddedToken", "content": "</s>"], "pad_token": nil,
                "add_bos_token": true, "model_max_length": 1e30, "chat_template": "{{ x }}",
            ], name: "c.json")
        #expect(configuration.bosToken == "<s>" && configuration.eosToken == "</s>")
        #expect(configuration.padToken == nil && configuration.unkToken == nil)
        #expect(configuration.addBosToken && !configuration.addEosToken)
        #expect(configuration.modelMaxLength == 1e30)
        #expect(configuration.chatTemplate == "{{ x }}")
    }

    @Test func readsNamedTemplates() throws {
        let configuration = try TokenizerConfiguration(
            json: ["chat_template": [["name": "default", "template": "a"], ["name": "tool_use", "template": "b"]]],
            name: "c.json")
        #expect(configuration.chatTemplates == ["default": "a", "tool_use": "b"])
    }

    private static let broken: [(JSONValue, TokenizerError.Code)] = [
        ([], .wrongType), (["bos_token": 5], .wrongType),
        (["eos_token": [:]], .missingField),
        (["add_bos_token": "yes"], .wrongType), (["model_max_length": "long"], .wrongType),
        (["chat_template": 1], .wrongType),
        (["chat_template": [["name": "a"]]], .missingField), (["chat_template": ["a"]], .wrongType),
        (["chat_template": [["name": "a", "template": "x"], ["name": "a", "template": "y"]]], .duplicate),
    ]

    @Test(arguments: broken)
    func refuses(json: JSONValue, code: TokenizerError.Code) {
        #expect { try TokenizerConfiguration(json: json, name: "c.json") } throws: {
            ($0 as? TokenizerError)?.code == code && "\($0)".hasPrefix("c.json: ")
        }
    }

    @Test func templateFileWins() throws {
        try PythonPeer.inScratchFolder { folder in
            #expect(try TokenizerConfiguration(folder: folder.path) == TokenizerConfiguration())
            try #"{"chat_template": "old", "bos_token": "<s>"}"#.write(
                toFile: folder.path + "/tokenizer_config.json", atomically: false, encoding: .utf8)
            #expect(try TokenizerConfiguration(folder: folder.path).chatTemplate == "old")
            try "new".write(toFile: folder.path + "/chat_template.jinja", atomically: false, encoding: .utf8)
            let configuration = try TokenizerConfiguration(folder: folder.path + "/")
            #expect(configuration.chatTemplate == "new" && configuration.bosToken == "<s>")
            try Data([0xFF]).write(to: folder.appendingPathComponent("chat_template.jinja"))
            #expect { try TokenizerConfiguration(folder: folder.path) } throws: {
                ($0 as? TokenizerError)?.code == .fileNotReadable
            }
        }
    }

    @Test(.enabled(if: Shared.isPresent, Shared.comment)) func readsThePublishedFile() throws {
        let configuration = try TokenizerConfiguration(folder: Shared.tokenizerFolder)
        #expect(configuration.bosToken == "<｜begin▁of▁sentence｜>")
        #expect(configuration.padToken == "<｜end▁of▁sentence｜>")
        #expect(configuration.addBosToken && !configuration.addEosToken)
        #expect(configuration.modelMaxLength == 16_384)
        #expect(configuration.chatTemplate?.hasPrefix("{% if not add_generation_prompt") == true)
    }
}
