import DeepSeekHub
import Testing

/// Copies that other tools put into the cache.
@Suite struct HubCacheTests {
    /// What a cache says of a folder of these files, whose contents matter only for an index.
    func found(_ files: [String: String], reference: String = FakeModel.commit) async throws -> Bool {
        try await withTemporaryFolder { folder in
            let model = try ModelIdentifier("someone/tiny")
            let base = folder + "/models--someone--tiny"
            try put(Array(reference.utf8), base + "/refs/main")
            for (name, text) in files { try put(Array(text.utf8), "\(base)/snapshots/\(FakeModel.commit)/\(name)") }
            let path = HubCache(folder: folder).snapshot(of: model)
            #expect(path == nil || path == "\(base)/snapshots/\(FakeModel.commit)")
            return path != nil
        }
    }

    static let texts = ["config.json": "{}", "tokenizer.json": "{}"]
    static let index = #"{"weight_map": {"a": "model-1-of-2.safetensors", "b": "model-2-of-2.safetensors"}}"#

    @Test(arguments: [
        ["model.safetensors": ""],
        ["pytorch_model.bin": ""],
        [
            "model.safetensors.index.json": index, "model-1-of-2.safetensors": "", "model-2-of-2.safetensors": "",
        ],
    ])
    func findsCompleteCopies(_ weights: [String: String]) async throws {
        let files = Self.texts.merging(weights) { $1 }
        #expect(try await found(files))
        #expect(try await found(files, reference: FakeModel.commit + "\n"))
        for missing in Self.texts.keys { #expect(try await !found(files.filter { $0.key != missing })) }
        #expect(try await !found(files, reference: "../../elsewhere"))
        #expect(try await !found(files, reference: String(repeating: "f", count: 40)))
    }

    @Test(arguments: [
        [:],
        ["training_args.bin": ""],
        ["model-1-of-2.safetensors": "", "model-2-of-2.safetensors": ""],
        ["model.safetensors.index.json": index, "model-1-of-2.safetensors": ""],
        ["model.safetensors.index.json": "{}", "model.safetensors": ""],
        ["model.safetensors.index.json": "not JSON", "model.safetensors": ""],
        ["pytorch_model.bin.index.json": #"{"weight_map": {"a": 7}}"#, "pytorch_model.bin": ""],
    ])
    func passesOverIncompleteOnes(_ weights: [String: String]) async throws {
        #expect(try await !found(Self.texts.merging(weights) { $1 }))
    }
}
