import DeepSeekJSON
import Foundation
import Testing

/// The server as people run it, and clients as people have them.
@Suite struct ServeTests {
    private static func model() throws -> TinyModel { try TinyModel(["max_position_embeddings": 65_536]) }

    private static func admin(_ database: String, _ arguments: [String]) throws -> String {
        let result = try DeepSeekProgram.run(["admin"] + arguments + ["--database", database])
        #expect(result.status == 0, "\(result.error)")
        return result.output.trimmingCharacters(in: .newlines)
    }

    private static func get(
        _ server: ServerProgram, _ path: String, scheme: String = "http"
    ) async throws -> (status: Int, text: String) {
        let output = try await ServerProgram.python("get.py", ["\(scheme)://127.0.0.1:\(server.port)\(path)"])
        let parts = (output ?? "0 ").split(separator: " ", maxSplits: 1)
        return (Int(parts.first ?? "") ?? 0, parts.count > 1 ? String(parts[1]) : "")
    }

    @Test func theOpenAIClientIsContent() async throws {
        let (model, folder) = (try Self.model(), try TemporaryFolder())
        let database = folder.path + "/platform.sqlite"
        _ = try Self.admin(database, ["account", "create", "team"])
        _ = try Self.admin(database, ["grant", "team", "--tokens", "10000000"])
        let key = try Self.admin(database, ["key", "create", "team"])
        let server = try await ServerProgram([
            "--model", model.folder, "--platform", "--database", database, "--metrics-key", "metrics",
        ])
        let checks = try await ServerProgram.python(
            "openai_client.py", ["http://127.0.0.1:\(server.port)/v1", "model", key])
        guard let checks else { return print("skipped: needs PyPI's openai") }
        #expect(checks.contains("many at once"))
        #expect(try await server.end(SIGTERM) == 0)
        let log = try server.log
        #expect(log.contains("draining"))
        #expect(!log.contains("Hello") && !log.contains(key), "the log holds no contents and no keys")
        let usage = try Self.admin(database, ["usage", "--json"])
        let line = try JSONValue(parsing: usage.split(separator: "\n").map(String.init).first ?? "")
        #expect((line["requests"]?.integer ?? 0) > 20)
        #expect(line["model"] == "model")
    }

    @Test func akilledServerLosesNoRow() async throws {
        let (model, folder) = (try Self.model(), try TemporaryFolder())
        let database = folder.path + "/platform.sqlite"
        _ = try Self.admin(database, ["account", "create", "team"])
        _ = try Self.admin(database, ["grant", "team", "--tokens", "100000000"])
        let key = try Self.admin(database, ["key", "create", "team"])
        let arguments = ["--model", model.folder, "--platform", "--database", database]
        let server = try await ServerProgram(arguments)
        // Reads streams and ends the server in their middle; says how many tokens came.
        let address = "http://127.0.0.1:\(server.port)/v1"
        let client = Task { try await ServerProgram.python("killed_client.py", [address, "model", key]) }
        try await Task.sleep(for: .seconds(2))
        #expect(try await server.end(SIGKILL) == nil)
        guard let output = try await client.value else { return print("skipped: needs PyPI's httpx") }
        let seen = try JSONValue(parsing: output)
        let received = try #require(seen["tokens"]?.integer)
        let streams = try #require(seen["streams"]?.integer)
        #expect(received > 0)

        let next = try await ServerProgram(arguments)
        #expect(try next.log.contains("closed requests that an earlier process left open"))
        try await next.end(SIGTERM)
        let usage = try JSONValue(parsing: try Self.admin(database, ["usage", "--json"]))
        #expect(usage["requests"]?.integer == streams)
        let booked = try #require(usage["completion_tokens"]?.integer)
        // Each token is booked before it is sent; at most one per stream was booked and did not leave.
        #expect((received...(received + streams)).contains(booked), "received \(received), booked \(booked)")
        let free = try JSONValue(parsing: try Self.admin(database, ["account", "list", "--json"]))["free_tokens"]?
            .integer
        let prompt = try #require(usage["prompt_tokens"]?.integer)
        #expect(free == 100_000_000 - booked - prompt, "charged once")
    }

    @Test func configurationComesFromEverywhere() async throws {
        let (model, folder) = (try Self.model(), try TemporaryFolder())
        let file = folder.path + "/serve.yaml"
        try Data("model: \(model.folder)\nmodel-name: from-file\nalias: [a]\n".utf8).write(to: URL(filePath: file))
        let server = try await ServerProgram([], environment: ["DEEPSEEK_SERVE_CONFIG": file])
        #expect(try await Self.get(server, "/v1/models").text.contains("from-file"))
        #expect(try await server.end(SIGTERM) == 0)
        let nearer = try await ServerProgram(
            ["--config", file, "--model-name", "from-flag"],
            environment: ["DEEPSEEK_SERVE_MODEL_NAME": "from-environment"])
        #expect(try await Self.get(nearer, "/v1/models").text.contains("from-flag"))
        // A hang-up does not end it.
        let (status, _) = (try await Self.get(nearer, "/ready").status, 0)
        #expect(status == 200)
        #expect(try await nearer.end(SIGINT) == 0)
    }

    @Test func speaksTLS() async throws {
        let (model, folder) = (try Self.model(), try TemporaryFolder())
        let (certificate, key) = (folder.path + "/cert.pem", folder.path + "/key.pem")
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/env")
        openssl.arguments = [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
            "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        guard openssl.terminationStatus == 0 else { return print("skipped: needs openssl") }
        let server = try await ServerProgram([
            "--model", model.folder, "--tls-certificate", certificate, "--tls-key", key,
        ])
        #expect(try await Self.get(server, "/health", scheme: "https").status == 200)
        #expect(try await server.end(SIGTERM) == 0)
    }

    @Test func mistakesAreNamed() throws {
        let model = try Self.model()
        for (arguments, words) in [
            (["--model", "/nowhere/at/all/x"], ["/nowhere/at/all/x"]),
            (["--model", model.folder, "--host", "0.0.0.0"], ["--platform"]),
            (["--model", model.folder, "--tls-key", "x"], ["--tls-certificate"]),
            (["--config", "/nowhere.yaml"], ["/nowhere.yaml"]),
            (["--model", model.folder, "--log-level", "loud"], ["loud"]),
        ] {
            let result = try DeepSeekProgram.run(["serve", "--port", "0"] + arguments)
            #expect(result.isExit && result.status != 0, "\(arguments)")
            for word in words { #expect(result.error.contains(word), "\(result.error)") }
        }
        let folder = try TemporaryFolder()
        for arguments in [
            ["key", "create", "nobody"], ["grant", "nobody", "--tokens", "1"], ["key", "revoke", "x"],
            ["price", "set", "m", "--cache-hit", "x", "--cache-miss", "1", "--output", "1"],
        ] {
            let result = try DeepSeekProgram.run(["admin"] + arguments + ["--database", folder.path + "/p.sqlite"])
            #expect(result.status == 1)
            #expect(!result.error.isEmpty)
        }
    }

    /// What a file and the environment may set is what the command line may.
    @Test func eachOptionHasItsSetting() throws {
        let help = try DeepSeekProgram.run(["help", "serve"]).output
        var options: Set<String> = []
        for line in help.split(separator: "\n") where line.hasPrefix("  --") {
            for word in line.split(whereSeparator: { " /,".contains($0) }) where word.hasPrefix("--") {
                options.insert(String(word.dropFirst(2)))
            }
        }
        options.subtract(["config", "help", "version"])
        let folder = try TemporaryFolder()
        for option in options where !option.hasPrefix("no-") {
            let file = folder.path + "/serve.yaml"
            try Data("\(option): true\nnonsense: 1\n".utf8).write(to: URL(filePath: file))
            let result = try DeepSeekProgram.run(["serve", "--config", file])
            #expect(result.error.contains("nonsense"), "\(option) is not known to files: \(result.error)")
        }
        #expect(options.count > 30)
    }
}
