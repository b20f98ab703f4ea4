import DeepSeekHub
import Testing

@Suite struct ModelIdentifierTests {
    @Test func readsOwnerNameAndRevision() throws {
        let plain = try ModelIdentifier("deepseek-ai/DeepSeek-V2-Lite")
        #expect(plain.owner == "deepseek-ai" && plain.name == "DeepSeek-V2-Lite" && plain.revision == "main")
        #expect(plain.description == "deepseek-ai/DeepSeek-V2-Lite" && !plain.isPinned)
        let branch = try ModelIdentifier("a/b.c_d@refs/pr/3")
        #expect(branch.revision == "refs/pr/3" && branch.description == "a/b.c_d@refs/pr/3")
        #expect(try ModelIdentifier("a/b@\(FakeModel.commit)").isPinned)
    }

    @Test(arguments: [
        "", "a", "a/", "/b", "a/b/c", "../b", "a/..", "a--b/c", "a/b.git", ".a/b", "a/b-", "a/b c", "a/\u{E9}",
        "a/b\u{301}",
        "a\\b/c", "a/b@", "a/b@..", "a/b@../x", "a/b@x/", "a/b@/x", "a/b@x//y", "a/b@.x", "a/b@x?y", "a/b@x\0",
        "a/b@x@y",
    ])
    func refusesOthers(_ text: String) throws {
        let error = try #require(#expect(throws: HubError.self) { try ModelIdentifier(text) })
        #expect(error.code == .badName)
    }
}
