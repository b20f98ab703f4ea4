import DeepSeekHub
import Testing

@Suite struct HubEnvironmentTests {
    @Test(arguments: [
        ([:], "/home/me/.cache/huggingface/hub"),
        (["XDG_CACHE_HOME": "/x"], "/x/huggingface/hub"),
        (["XDG_CACHE_HOME": "/x", "HF_HOME": "/h"], "/h/hub"),
        (["HF_HOME": ""], "/home/me/.cache/huggingface/hub"),
        (["HF_HOME": "~/models"], "/home/me/models/hub"),
        (["HF_HOME": "/h", "HF_HUB_CACHE": "/c"], "/c"),
        (["HUGGINGFACE_HUB_CACHE": "/old"], "/old"),
        (["HF_HUB_CACHE": "$BASE/a${BASE}b/$NONE/${NONE}", "BASE": "/d"], "/d/a/db/$NONE/${NONE}"),
        (["HF_HUB_CACHE": "/d/${BASE", "BASE": "x"], "/d/${BASE"),
    ])
    func findsTheCache(_ variables: [String: String], _ folder: String) throws {
        let environment = try HubEnvironment(variables.merging(["HOME": "/home/me"]) { $1 })
        #expect(environment.cacheFolder == folder)
    }

    @Test func knowsTheHub() throws {
        #expect(try HubEnvironment(["HOME": "/none"]).endpoint.absoluteString == "https://huggingface.co")
        let mirror = try HubEnvironment(["HOME": "/none", "HF_ENDPOINT": "http://mirror:8080/hub//"])
        #expect(mirror.endpoint.absoluteString == "http://mirror:8080/hub")
    }

    @Test(arguments: ["1", "ON", "yes", "True"]) func canBeOffline(_ value: String) throws {
        #expect(try HubEnvironment(["HOME": "/none", "HF_HUB_OFFLINE": value]).isOffline)
        #expect(try HubEnvironment(["HOME": "/none", "TRANSFORMERS_OFFLINE": value]).isOffline)
    }

    @Test(arguments: ["0", "", "no"]) func canBeOnline(_ value: String) throws {
        #expect(try !HubEnvironment(["HOME": "/none", "HF_HUB_OFFLINE": value]).isOffline)
    }

    @Test func findsTheToken() async throws {
        try await withTemporaryFolder { folder in
            #expect(try HubEnvironment(["HF_HOME": folder]).token == nil)
            try put(Array(" hf_file\n".utf8), folder + "/token")
            #expect(try HubEnvironment(["HF_HOME": folder]).token == "hf_file")
            #expect(try HubEnvironment(["HF_HOME": folder, "HF_TOKEN": "hf_own\n"]).token == "hf_own")
            #expect(try HubEnvironment(["HF_HOME": folder, "HF_TOKEN": " "]).token == "hf_file")
            #expect(try HubEnvironment(["HF_HOME": "/none", "HF_TOKEN_PATH": folder + "/token"]).token == "hf_file")
            #expect(try HubEnvironment(["HF_HOME": folder, "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]).token == nil)
        }
    }

    @Test(arguments: [
        (["HF_ENDPOINT": "huggingface.co"], HubError.Code.badName, "HF_ENDPOINT"),
        (["HF_ENDPOINT": "ftp://huggingface.co"], .badName, "HF_ENDPOINT"),
        (["HF_ENDPOINT": "https://"], .badName, "HF_ENDPOINT"),
        (["HF_TOKEN": "a\r\nHost: b"], .badName, "HF_TOKEN"),
        (["HOME": ""], .fileSystem, "HF_HOME"),
    ])
    func refusesNonsense(_ variables: [String: String], _ code: HubError.Code, _ word: String) throws {
        let error = try #require(
            #expect(throws: HubError.self) { try HubEnvironment(["HOME": "/none"].merging(variables) { $1 }) })
        #expect(error.code == code && error.description.contains(word))
    }
}
