import GGUFTestFiles
import Testing

/// Whatever a user, a file or a model supplies ends in a sentence that says what, where, and what to do.
struct BadInputTests {
    private static let cases =
        BrokenWeights.safetensors + BrokenWeights.shards + BrokenWeights.pickles + BrokenConfigurations.values
        + BrokenConfigurations.contradictions + BrokenConfigurations.unknown + BrokenConfigurations.files
        + BrokenTokenizers.tokenizers + BrokenTokenizers.templates + BrokenTokenizers.messages + BrokenPrompts.tokens
        + BrokenPrompts.lengths + BrokenPrompts.arguments + BrokenQuantization.labels + BrokenQuantization.files
        + BrokenQuantization.runs + BrokenGGUF.files + BrokenConstraints.all + BrokenRecipes.all

    @Test(arguments: cases) func isRefused(_ bad: BadInput) throws {
        let model = try TinyModel()
        try bad.damage(model)
        func filled(_ text: String) -> String { text.replacing("MODEL", with: model.folder) }
        let result = try DeepSeekProgram.run(bad.arguments.map(filled))
        #expect(result.isExit, "signal \(result.status): \(result.error)")
        #expect(result.status == bad.exitCode, "\(result.error)")
        #expect(result.output.isEmpty)
        // A note of the model that was opened may stand before it.
        #expect(result.error.split(separator: "\n").contains { $0.hasPrefix("Error: ") }, "\(result.error)")
        for word in bad.words.map(filled) {
            #expect(result.error.contains(word), "\(result.error)")
        }
    }

    /// What is broken above is sound before.
    @Test(arguments: [
        BadInput.generate, BadInput.inspect, BadInput.tokenize, BadInput.generating("hello", "--max-tokens", "1"),
        ["chat", "--model", "MODEL"], ["logits", "--model", "MODEL", "--ids", "1", "--output", "MODEL/logits"],
    ])
    func aSoundModelIsTaken(arguments: [String]) throws {
        let model = try TinyModel()
        let result = try DeepSeekProgram.run(arguments.map { $0.replacing("MODEL", with: model.folder) })
        #expect(result.isExit && result.status == 0, "\(result.error)")
    }

    /// Quantised and converted copies are models like any other, and say the same.
    @Test(arguments: ["int8", "int4", "fp8"]) func aQuantizedModelIsTaken(format: String) throws {
        let model = try TinyModel()
        let original = try DeepSeekProgram.run(["tokenize", "--model", model.folder, "--text", "hello"])
        try model.quantize(to: format)
        for arguments in [BadInput.generate, BadInput.inspect, BadInput.generating("hello", "--max-tokens", "1")] {
            let result = try DeepSeekProgram.run(arguments.map { $0.replacing("MODEL", with: model.folder) })
            #expect(result.isExit && result.status == 0, "\(result.error)")
        }
        let copy = try DeepSeekProgram.run(["tokenize", "--model", model.folder, "--text", "hello"])
        #expect(copy.output == original.output && copy.status == 0)
    }

    @Test(arguments: ["bfloat16", "float32"]) func aGGUFModelIsConverted(type: String) throws {
        let model = try TinyModel()
        let (file, folder) = (model.path("model.gguf"), model.folder + "-out")
        try model.write(GGUFTinyModel.llama().bytes, as: "model.gguf")
        let converted = try DeepSeekProgram.run(["convert", file, folder, "--type", type])
        #expect(converted.status == 0 && converted.output == folder + "\n", "\(converted.error)")
        func answer(_ model: String) throws -> ProgramResult {
            try DeepSeekProgram.run(
                [
                    "generate", "--model", model, "--temperature", "0", "--max-tokens", "8", "--quiet", "--prompt",
                    "ab c",
                ])
        }
        let (first, second) = (try answer(file), try answer(folder))
        #expect(first.status == 0, "\(first.error)")
        // The numbers of this model are exact in bfloat16.
        #expect(second.output == first.output && second.status == 0, "\(second.error)")
        // And again, into a folder that is there.
        let again = try DeepSeekProgram.run(["convert", file, folder])
        #expect(again.status == 1 && again.error.contains("the folder is not empty"), "\(again.error)")
    }

    /// In a chat that is piped in, the first line that fails ends it.
    @Test func aChatFromAPipeFails() throws {
        let model = try TinyModel()
        let result = try DeepSeekProgram.run(
            ["chat", "--model", model.folder, "--quiet"], input: "/load none\n/help\n")
        #expect(result.isExit && result.status == 1)
        #expect(result.error == "error: none: No such file or directory\n")
        #expect(result.output.isEmpty)
    }

    #if os(Linux)
        @Test func aFullDiskIsAnError() throws {
            let model = try TinyModel()
            let result = try DeepSeekProgram.run(
                ["tokenize", "--model", model.folder, "--text", "hello"], output: "/dev/full")
            #expect(result.isExit && result.status == 1)
            #expect(result.error.contains("standard output cannot be written: No space left on device"))
        }
    #endif
}
