import DeepSeekCheckpoints
import DeepSeekJSON
import GGUFTestFiles
import Testing

/// GGUF files as models: names, configuration, tokenizer, parts.
struct GGUFModelTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func write(_ file: GGUFBytes, as name: String = "model.gguf") throws -> String {
        try folder.write(file.bytes, as: name)
    }

    private func expectError(
        _ code: CheckpointError.Code, _ words: String..., opening: () throws -> Void
    ) {
        let error = #expect(throws: CheckpointError.self) { try opening() }
        #expect(error?.code == code, "\(error?.description ?? "")")
        for word in words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
    }

    @Test func aModelReadsLikeAFolder() throws {
        let path = try write(GGUFTinyModel.llama())
        for model in [path, folder.path] {
            let checkpoint = try Checkpoint(folder: model)
            #expect(checkpoint.folder == path && checkpoint.files == [path] && checkpoint.configurationPath == path)
            let configuration = checkpoint.configuration
            #expect(configuration["model_type"] == "llama" && configuration["vocab_size"] == 8)
            #expect(configuration["head_dim"] == 16 && configuration["num_key_value_heads"] == 1)
            #expect(configuration["tie_word_embeddings"] == true && configuration["rms_norm_eps"] == 1e-5)
            #expect(checkpoint.tensorNames.contains("model.layers.0.self_attn.q_proj.weight"))
            #expect(checkpoint.tensorNames.count == 11 && !checkpoint.isPacked)
        }
    }

    /// llama.cpp interleaves the halves of each head; row 1 of a head is what stands third.
    @Test func queriesAndKeysAreInTheirOldOrder() throws {
        var file = GGUFTinyModel.llama()
        let rows = (0..<32).flatMap { row in [Float](repeating: Float(row), count: 32) }
        file.tensors[2].data = GGUFBytes.bytes(rows)
        let tensor = try Checkpoint(folder: write(file))
            .tensor(named: "model.layers.0.self_attn.q_proj.weight", shape: [32, 32])
        let values = tensor.bytes.bindMemory(to: Float.self)
        let order = (0..<32).map { Int(values[$0 * 32]) }
        let head: [Int] = [0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15]
        #expect(order == head + head.map { $0 + 16 })
    }

    @Test func metadataOfAnotherKindIsRefused() throws {
        var file = GGUFTinyModel.llama()
        file.metadata[1].1 = .string("one")
        let path = try write(file)
        expectError(.malformed, path, "llama.block_count", "must be an integer") { _ = try Checkpoint(folder: path) }
    }

    @Test func otherArchitecturesAreRefused() throws {
        var file = GGUFTinyModel.llama()
        file.metadata[0].1 = .string("gemma2")
        let path = try write(file)
        expectError(.unsupportedFormat, "\"gemma2\"", "deepseek2, llama") { _ = try Checkpoint(folder: path) }
    }

    @Test func headsThatDoNotFitAreRefused() throws {
        for width in [UInt32(0), 1, 3, 64, .max] {
            var file = GGUFTinyModel.llama()
            file.metadata.removeAll { $0.0 == "llama.rope.dimension_count" }
            file.metadata.append(("llama.attention.key_length", .uint32(width)))
            let path = try write(file)
            expectError(.wrongShape, "does not hold heads") { _ = try Checkpoint(folder: path) }
        }
    }

    // MARK: Tokenizer

    @Test func theTokenizerComesWithItsTemplate() throws {
        let embedded = try Checkpoint.embeddedTokenizer(write(GGUFTinyModel.llama()))
        #expect(embedded.configuration["bos_token"] == "<s>" && embedded.configuration["add_bos_token"] == true)
        #expect(embedded.configuration["chat_template"]?.string?.contains("m.content") == true)
        #expect(embedded.tokenizer["model"]?["vocab"]?["ab"] == 3)
        // A special token is added, and a row without a token is nothing.
        #expect(embedded.tokenizer["model"]?["vocab"]?["<s>"] == nil)
        #expect(embedded.tokenizer["added_tokens"]?.array?.count == 1)
        #expect(embedded.tokenizer["model"]?["vocab"]?["[PAD6]"] == nil)
    }

    @Test(arguments: [
        ("tokenizer.ggml.model", "llama", "only byte-level BPE"), ("tokenizer.ggml.pre", "tekken", "\"tekken\""),
    ])
    func otherTokenizersAreRefused(key: String, value: String, word: String) throws {
        var file = GGUFTinyModel.llama()
        for index in file.metadata.indices where file.metadata[index].0 == key {
            file.metadata[index].1 = .string(value)
        }
        let path = try write(file)
        expectError(.unsupportedFormat, path, word) { _ = try Checkpoint.embeddedTokenizer(path) }
        #expect(try Checkpoint.hasEmbeddedTokenizer(path))
    }

    @Test func aFileWithoutATokenizerIsTaken() throws {
        var file = GGUFTinyModel.llama()
        file.metadata.removeAll { $0.0.hasPrefix("tokenizer.") }
        let path = try write(file)
        #expect(try !Checkpoint.hasEmbeddedTokenizer(path))
        #expect(try Checkpoint(folder: path).tensorNames.count == 11)
    }

    // MARK: Parts

    private func split(_ file: GGUFBytes) throws -> [String] {
        var parts = [GGUFBytes(), GGUFBytes(), GGUFBytes()]
        for (index, tensor) in file.tensors.enumerated() { parts[index % 3].tensors.append(tensor) }
        parts[0].metadata = file.metadata
        return try parts.indices.map { index in
            parts[index].metadata += [
                ("split.no", .uint32(UInt32(index))), ("split.count", .uint32(3)),
                ("split.tensors.count", .uint32(UInt32(file.tensors.count))),
            ]
            return try write(parts[index], as: "tiny-0000\(index + 1)-of-00003.gguf")
        }
    }

    @Test func aSplitModelIsOpenedByAnyPart() throws {
        let whole = try Checkpoint(folder: write(GGUFTinyModel.llama(quantized: true), as: "whole.gguf"))
        try folder.remove("whole.gguf")
        let paths = try split(GGUFTinyModel.llama(quantized: true))
        for path in paths + [folder.path] {
            let checkpoint = try Checkpoint(folder: path)
            #expect(checkpoint.tensorNames == whole.tensorNames && checkpoint.files == paths)
            #expect(checkpoint.configuration == whole.configuration)
        }
    }

    @Test func missingAndForeignPartsAreRefused() throws {
        let paths = try split(GGUFTinyModel.llama())
        try folder.remove("tiny-00002-of-00003.gguf")
        expectError(.fileNotFound, "tiny-00002-of-00003.gguf", "missing") { _ = try Checkpoint(folder: paths[0]) }
        var foreign = GGUFBytes()
        foreign.metadata = [("split.no", .uint32(0)), ("split.count", .uint32(3))]
        try write(foreign, as: "tiny-00002-of-00003.gguf")
        expectError(.malformed, "part 2 of 3") { _ = try Checkpoint(folder: paths[2]) }
        foreign.metadata = [("split.no", .uint32(1)), ("split.count", .uint32(3))]
        try write(foreign, as: "tiny-00002-of-00003.gguf")
        expectError(.missingTensor, "11 are announced") { _ = try Checkpoint(folder: paths[2]) }
        let renamed = try write(foreign, as: "renamed.gguf")
        expectError(.unsupportedFormat, "-00001-of-00003.gguf") { _ = try Checkpoint(folder: renamed) }
    }

    @Test func aFolderWithSeveralModelsIsRefused() throws {
        try write(GGUFTinyModel.llama(), as: "a.gguf")
        try write(GGUFTinyModel.llama(), as: "b.gguf")
        expectError(.unsupportedFormat, "holds 2 GGUF models") { _ = try Checkpoint(folder: folder.path) }
    }

    // MARK: Conversion

    @Test func aConvertedModelHoldsTheSame() throws {
        let path = try write(GGUFTinyModel.llama(quantized: true))
        let target = folder.file("converted")
        try GGUFConversion.convert(path, to: target, elementType: .float32)
        let converted = try Checkpoint(folder: target)
        #expect(converted.configuration["hidden_size"] == 32)
        // 2^−6 · 0…31.
        let tensor = try converted.tensor(named: "model.layers.0.mlp.up_proj.weight", shape: [32, 32])
        #expect(Array(tensor.bytes.bindMemory(to: Float.self).prefix(32)) == (0..<32).map { Float($0) / 64 })
        #expect(try Checkpoint.readJSON(path: target + "/tokenizer.json")["model"]?["type"] == "BPE")
        #expect(try Checkpoint.readJSON(path: target + "/tokenizer_config.json")["bos_token"] == "<s>")
        let half = folder.file("half")
        try GGUFConversion.convert(path, to: half, elementType: .bfloat16)
        #expect(
            try Checkpoint(folder: half).tensor(named: "lm_head.weight") == nil
                && Checkpoint(folder: half).tensor(named: "model.norm.weight", shape: [32]).elementType == .float32)
    }
}
