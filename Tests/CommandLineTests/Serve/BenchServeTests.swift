import DeepSeekJSON
import Foundation
import Testing

/// `deepseek bench serve` as people run it.
@Suite struct BenchServeTests {
    @Test func aServerOfItsOwnIsMeasured() async throws {
        let (model, folder) = (try TinyModel(), try TemporaryFolder())
        let plot = folder.path + "/waits.svg"
        let result = try DeepSeekProgram.run([
            "bench", "serve", "--concurrency", "2", "--requests", "6", "--prompt", "5-9", "--answer", "4", "--shared",
            "3",
            "--vocabulary", "256", "--json", "--plot", plot, "--", "--model", model.folder,
        ])
        #expect(result.status == 0, "\(result.error)")
        let row = try #require(try JSONValue(parsing: result.output).array?.first)
        #expect(row["completed"] == 6 && row["answer_tokens"] == 24 && row["prompts"] == "ids")
        #expect((48...72).contains(row["prompt_tokens"]?.integer ?? 0))
        #expect((row["latency_p99_seconds"]?.number ?? 0) > 0)
        #expect(String(decoding: try Data(contentsOf: URL(filePath: plot)), as: UTF8.self).hasPrefix("<svg"))
    }

    @Test func aServerThatRunsIsMeasured() async throws {
        let model = try TinyModel()
        let server = try await ServerProgram(["--model", model.folder, "--max-sequences", "1", "--max-queue", "0"])
        let result = try DeepSeekProgram.run([
            "bench", "serve", "--url", "http://127.0.0.1:\(server.port)/v1/", "--rate", "1000", "--requests", "20",
            "--prompts", "chat", "--prompt", "20", "--answer", "30",
        ])
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.split(separator: "\n").count == 2 && result.output.contains("1000.0 per second"))
        // One at a time is served; of the others the server says so.
        #expect(result.error.contains("× 503 overloaded, such as: "), "\(result.error)")
        try await server.end(SIGTERM)
    }
}
