import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

/// Templates of whole models give exactly what Python's jinja2 gives, errors included.
@Suite struct PublishedTemplateTests {
    static let variables: [String: JSONValue] = [
        "bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>", "pad_token": "<pad>",
        "unk_token": "<unk>",
    ]

    private static let packageRoot = ReferenceRenderer.folder.appending(path: "../../..").standardizedFileURL
    private static let shared = packageRoot.appending(path: "../shared/tokenizer").standardizedFileURL
    private static let deepSeekV2 = shared.appending(path: "tokenizer_config.json")

    /// Templates as their models publish them: files that other people wrote, kept beside the package.
    private static let published =
        ProcessInfo.processInfo.environment["DEEPSEEK_CHAT_TEMPLATES"].map { URL(filePath: $0) }
        ?? shared.appending(path: "chat-templates")

    private static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    private static func templates(in folder: URL) throws -> [(name: String, source: String)] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jinja" }
            .sorted { $0.path < $1.path }
            .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }

    @Test(.enabled(if: ReferenceRenderer.isAvailable, "python3 with jinja2 is not installed"))
    func familyTemplatesRenderAsJinja2Does() throws {
        let templates = try Self.templates(in: ReferenceRenderer.folder.appending(path: "Templates"))
        #expect(templates.count >= 20)
        try compare(templates)
    }

    @Test(
        .enabled(if: ReferenceRenderer.isAvailable, "python3 with jinja2 is not installed"),
        .enabled(if: exists(published), "there are no published templates beside the package"))
    func publishedTemplatesRenderAsJinja2Does() throws {
        let templates = try Self.templates(in: Self.published)
        #expect(templates.count >= 20)
        try compare(templates)
    }

    @Test(
        .enabled(if: ReferenceRenderer.isAvailable, "python3 with jinja2 is not installed"),
        .enabled(if: exists(deepSeekV2), "../shared/tokenizer/tokenizer_config.json is missing"))
    func deepSeekV2RendersAsJinja2Does() throws {
        let configuration = try Data(contentsOf: Self.deepSeekV2).withUnsafeBytes { try JSONValue(parsing: $0) }
        try compare([("DeepSeek-V2", try #require(configuration["chat_template"]?.string))])
    }

    private func compare(_ templates: [(name: String, source: String)]) throws {
        var cases: [(name: String, template: ChatTemplate, messages: [JSONValue], tools: [JSONValue]?, adds: Bool)] = []
        var references: [ReferenceRenderer.Case] = []
        for (name, source) in templates {
            let template = try ChatTemplate(source, name: name)
            for messages in Conversations.all {
                for (tools, adds) in [(nil, true), (nil, false), (Conversations.tools, true)] {
                    cases.append((name, template, messages, tools, adds))
                    var variables = Self.variables
                    variables["messages"] = .array(messages)
                    variables["tools"] = tools.map(JSONValue.array) ?? .null
                    variables["documents"] = .null
                    variables["add_generation_prompt"] = .bool(adds)
                    references.append(ReferenceRenderer.Case(source: source, variables: variables))
                }
            }
        }
        let expected = try ReferenceRenderer.render(references)
        #expect(expected.count == cases.count)
        #expect(expected.contains { $0 != nil })
        for (index, (value, expected)) in zip(cases, expected).enumerated() {
            let text: String?
            var failure: ChatTemplateError?
            do throws(ChatTemplateError) {
                text = try value.template.renderVerbatim(
                    messages: value.messages, tools: value.tools, addGenerationPrompt: value.adds,
                    variables: Self.variables, formatNow: { LocalTime.format($0, seconds: ReferenceRenderer.now) }
                ).map(\.text).joined()
            } catch {
                text = nil
                failure = error
            }
            // Swift's == would take "é" in its two forms for equal.
            let isEqual = text.map { Array($0.utf8) } == expected.map { Array($0.utf8) }
            #expect(
                isEqual,
                "\(value.name), case \(index % (Conversations.all.count * 3)): \(text ?? failure?.description ?? "") is not \(expected ?? "an error")"
            )
        }
    }
}
