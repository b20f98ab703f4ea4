import DeepSeekJSON
import DeepSeekServer
import Foundation
import Testing

@Suite struct OpenAPITests {
    private static let document = Result { try JSONValue(parsing: OpenAPIDocument.json) }

    @Test(arguments: [
        ("ChatCompletionRequest", ChatCompletionRequest.keys), ("CompletionRequest", CompletionRequest.keys),
        ("ResponsesRequest", ResponsesRequest.keys),
    ]) func describesEachFieldThatIsRead(schema: String, keys: Set<String>) throws {
        let properties = try Self.document.get().at("components.schemas.\(schema).properties")?.object
        #expect(Set(try #require(properties).keys) == keys)
    }

    @Test func describesEachPath() throws {
        let paths = try #require(try Self.document.get()["paths"]?.object)
        #expect(Set(paths.keys) == Set(Routes.described))
    }

    @Test func namesTheModel() async throws {
        try await TestServer.run { server in
            let document = try await server.get("/openapi.json")
            #expect(document.json.at("components.schemas.ModelName.enum") == ["tiny", "deepseek-chat"])
        }
    }

    /// PyPI's openapi-spec-validator judges.
    @Test func isValid() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import json, sys
            try:
                from openapi_spec_validator import validate
            except ImportError:
                sys.exit(77)
            validate(json.load(sys.stdin))
            """,
        ]
        let (input, errors) = (Pipe(), Pipe())
        (process.standardInput, process.standardError) = (input, errors)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(OpenAPIDocument.json.utf8))
        try input.fileHandleForWriting.close()
        let said = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        if process.terminationStatus == 77 || process.terminationStatus == 127 {
            print("skipped: needs PyPI's openapi-spec-validator")
            return
        }
        #expect(process.terminationStatus == 0, "\(said)")
    }
}
