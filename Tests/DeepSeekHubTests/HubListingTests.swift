import DeepSeekHub
import Testing

@Suite struct HubListingTests {
    let digest = String(repeating: "ab", count: 20)

    func listing(_ sibling: String) throws -> HubListing {
        let text = #"{"sha": "\#(FakeModel.commit)", "siblings": [\#(sibling)]}"#
        return try HubListing(parsing: text.utf8, place: "someone/tiny")
    }

    @Test func readsSmallAndLargeFiles() throws {
        let large = String(repeating: "cd", count: 32)
        let listing = try listing(
            #"""
            {"rfilename": "sub/config.json", "size": 5, "blobId": "\#(digest)", "lfs": null},
            {"rfilename": "m.safetensors", "size": 9, "blobId": "\#(digest)", "lfs": {"size": 9, "sha256": "\#(large)"}}
            """#)
        #expect(listing.commit == FakeModel.commit)
        #expect(
            listing.files == [
                try HubFile(name: "sub/config.json", size: 5, digest: .gitSHA1(digest)),
                try HubFile(name: "m.safetensors", size: 9, digest: .sha256(large)),
            ])
    }

    @Test(arguments: [
        "/etc/passwd", "../up", "a/../b", "..", ".", "a//b", "a/", "", "a\\\\b", "a\\u0000b", "a\\nb", "./a",
        // A slash with an accent is still a slash to the file system.
        "../\\u0301up",
    ])
    func refusesNamesThatLeadElsewhere(_ name: String) throws {
        let error = try #require(
            #expect(throws: HubError.self) {
                try listing(#"{"rfilename": "\#(name)", "size": 1, "blobId": "\#(digest)"}"#)
            })
        #expect(error.code == .badName)
    }

    @Test(arguments: [
        #"{"rfilename": "a", "size": -1, "blobId": "D"}"#,
        #"{"rfilename": "a", "blobId": "D"}"#,
        #"{"rfilename": "a", "size": 1}"#,
        #"{"rfilename": "a", "size": 1, "blobId": "../../../../../../../../../../../../x"}"#,
        #"{"rfilename": "a", "size": 1, "blobId": "D", "lfs": {"size": 1, "sha256": "D"}}"#,
        #"{"size": 1, "blobId": "D"}"#,
        #"{"rfilename": "a", "size": 1, "blobId": "D"}, {"rfilename": "a", "size": 1, "blobId": "D"}"#,
        "7",
    ])
    func refusesWhatIsNoListing(_ sibling: String) throws {
        let text = sibling.replacing("\"D\"", with: "\"\(digest)\"")
        let error = try #require(#expect(throws: HubError.self) { try listing(text) })
        #expect(error.code == .badResponse)
    }

    @Test(arguments: ["", "<html>", "{}", #"{"sha": "../..", "siblings": []}"#, #"{"siblings": []}"#])
    func refusesOtherAnswers(_ text: String) throws {
        let error = try #require(
            #expect(throws: HubError.self) { try HubListing(parsing: text.utf8, place: "someone/tiny") })
        #expect(error.code == .badResponse && error.place == "someone/tiny")
    }

    func needed(_ names: [String]) throws -> [String] {
        HubFile.needed(of: try names.map { try HubFile(name: $0, size: 1, digest: .gitSHA1(digest)) }).map(\.name)
    }

    @Test func choosesWhatAModelTakes() throws {
        let chosen = [
            "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja",
            "special_tokens_map.json", "model-00001-of-000002.safetensors", "model.safetensors.index.json", "LICENSE",
            "README.md", "LICENSE-MODEL",
        ]
        let others = [
            "pytorch_model.bin", "pytorch_model.bin.index.json", "modeling_deepseek.py", "onnx/model.safetensors",
            "tokenizer.py", "training_args.bin", ".gitattributes", "LICENSE.py", "figures/a.png",
        ]
        #expect(try needed(chosen + others) == chosen)
    }

    @Test func takesPyTorchFilesWhereThereIsNothingElse() throws {
        let names = ["config.json", "pytorch_model-00001-of-00002.bin", "pytorch_model.bin.index.json"]
        #expect(try needed(names + ["training_args.bin", "sub/model.safetensors"]) == names)
    }
}
