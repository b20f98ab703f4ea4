import DeepSeekServer
import Foundation
import Testing

@Suite struct SettingsSourcesTests {
    private static let sources = SettingsSources(
        known: ["port": .value, "platform": .flag, "alias": .list, "metrics-key": .value],
        variablePrefix: "DEEPSEEK_SERVE_")

    private static func file(_ yaml: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).yaml").path
        try Data(yaml.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func theNearerCounts() throws {
        let path = try Self.file(
            """
            # How we serve.
            port: 8001
            platform: true
            alias: [a, b]
            metrics-key: "-x y"
            """)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let environment = ["DEEPSEEK_SERVE_PORT": "8002", "DEEPSEEK_SERVE_ALIAS": "c,d", "OTHER": "x"]
        let expanded = try Self.sources.expand(["--config", path, "--port", "8003"], environment: environment)
        #expect(
            expanded == [
                "--port=8001", "--platform", "--alias=a", "--alias=b", "--metrics-key=-x y", "--alias=c", "--alias=d",
                "--port=8002", "--config", path, "--port", "8003",
            ])
        let named = try Self.sources.expand([], environment: ["DEEPSEEK_SERVE_CONFIG": path])
        #expect(named.first == "--port=8001")
        #expect(try Self.sources.expand(["--port=1"], environment: [:]) == ["--port=1"])
    }

    @Test func errorsNameFileLineAndOption() throws {
        for (yaml, words) in [
            ("port: 1\nprot: 2", ["line 2", "prot"]), ("port: [1, 2]", ["line 1", "port", "single"]),
            ("platform: maybe", ["line 1", "platform", "true or false"]), ("- a", ["options"]), ("a: [", ["yaml"]),
            ("alias: [[a]]", ["alias"]), ("[a]: b", ["line 1"]),
        ] {
            let path = try Self.file(yaml)
            defer { try? FileManager.default.removeItem(atPath: path) }
            do {
                _ = try Self.sources.arguments(file: path)
                Issue.record("taken: \(yaml)")
            } catch {
                for word in words + [path] { #expect(error.description.contains(word), "\(error.description)") }
            }
        }
        #expect(throws: ServerError.self) { try Self.sources.arguments(file: "/nowhere.yaml") }
        #expect(throws: ServerError.self) { try Self.sources.arguments(environment: ["DEEPSEEK_SERVE_PROT": "1"]) }
        #expect(try Self.sources.arguments(file: Self.file("")).isEmpty)
    }
}
