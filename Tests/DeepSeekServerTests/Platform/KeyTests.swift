import DeepSeekJSON
import DeepSeekServer
import Foundation
import Testing

@Suite struct KeyTests {
    private static let body: JSONValue = ["model": "tiny", "prompt": "x", "max_tokens": 2]

    @Test func unknownWrongAndRevokedKeysAreRefusedAlike() async throws {
        let platform = try TestPlatform()
        let (account, key) = try platform.account("one")
        let (secret, other) = try platform.keys.create(account, name: "other")
        try await TestServer.run {
            $0.database = platform.path
        } _: { server in
            #expect(try await server.post("/v1/completions", Self.body, key: key).status == 200)
            #expect(try await server.post("/v1/completions", Self.body, key: secret).status == 200)
            // Counts at once, without a restart.
            try platform.keys.revoke(other)
            let unknown = "sk-" + String(repeating: "a", count: 52)
            let wrong = key.dropLast() + (key.hasSuffix("a") ? "b" : "a")
            var texts: Set<String> = []
            for key in [unknown, String(wrong), secret, "sk-", "x", key + "x", String(repeating: "y", count: 5_000)] {
                let answer = try await server.post("/v1/completions", Self.body, key: key)
                #expect(answer.status == 401)
                #expect(answer.code == "invalid_api_key")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                texts.insert(answer.text)
            }
            try platform.accounts.suspend(account, true)
            texts.insert(try await server.post("/v1/completions", Self.body, key: key).text)
            #expect(texts.count == 1, "nothing tells one kind of refused key from another")
            try platform.accounts.suspend(account, false)
            #expect(try await server.post("/v1/completions", Self.body, key: key).status == 200)
            for path in ["/v1/models", "/user/balance", "/user/usage"] {
                #expect(try await server.get(path).status == 401, "\(path)")
            }
            for path in ["/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/tokenize"] {
                #expect(try await server.post(path, Self.body).status == 401, "\(path)")
            }
            #expect(try await server.get("/health").status == 200)
            #expect(try await server.get("/metrics").status == 404)
        }
    }

    @Test func onlyHashesAreKept() throws {
        let platform = try TestPlatform()
        let (_, key) = try platform.account("one")
        let secret = Array(key.utf8.suffix(40))
        var files = 0
        let folder = URL(filePath: platform.path).deletingLastPathComponent()
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            files += 1
            #expect([UInt8](try Data(contentsOf: file)).firstRange(of: secret) == nil, "\(file.lastPathComponent)")
        }
        #expect(files >= 2)
        let mode = try FileManager.default.attributesOfItem(atPath: platform.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func namesAndLimitsAreChecked() throws {
        let platform = try TestPlatform()
        let (account, _) = try platform.account("one")
        #expect(throws: PlatformError.self) { try platform.accounts.create(name: "one") }
        #expect(throws: PlatformError.self) { try platform.accounts.create(name: "") }
        #expect(throws: PlatformError.self) { try platform.accounts.find("two") }
        #expect(throws: PlatformError.self) { try platform.accounts.grant(account, tokens: -1) }
        #expect(throws: PlatformError.self) {
            try platform.keys.create(account, name: "", limits: KeyLimits(requestsPerMinute: 0))
        }
        #expect(throws: PlatformError.self) { try platform.keys.find("nothing") }
    }
}
