import Foundation
import Testing

/// `deepseek tokenizer train` and `deepseek train`, run as people run them.
struct TrainCommandTests {
    private static let configuration = """
        {"model_type": "deepseek_v2", "vocab_size": 300, "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 128, "kv_lora_rank": 16,
        "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "n_routed_experts": 4, "num_experts_per_tok": 2,
        "moe_intermediate_size": 16, "first_k_dense_replace": 1}
        """

    private func write(_ text: String, _ path: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    private func losses(_ path: String) throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
            line.split(separator: ",").first { $0.contains("\"loss\"") } ?? ""
        }
    }

    /// Killed with signal 9 after its first checkpoint, a run goes on with the losses that it would have had.
    @Test func aKilledRunGoesOnWithTheSameLosses() throws {
        let folder = try TemporaryFolder()
        let text = (0..<2_000).map { "line \($0 % 37) of \($0 % 11) and more" }.joined(separator: "\n")
        try write(text, folder.path + "/text.txt")
        try write(Self.configuration, folder.path + "/config.json")
        for output in ["whole", "killed"] {
            try write(
                """
                output: \(output)
                model: {config: config.json, init_std: 0.05}
                tokenizer: tokenizer
                data: [{path: text.txt}]
                steps: 60
                sequence: {length: 64}
                batch: {sequences: 8, pass: 8}
                optimizer: {learning_rate: 0.01, warmup_steps: 5}
                checkpoint: {every: 4, keep: 2}
                """, folder.path + "/\(output).yaml")
        }
        let tokenizer = try DeepSeekProgram.run([
            "tokenizer", "train", folder.path + "/text.txt", "--vocabulary", "300", "--output",
            folder.path + "/tokenizer",
        ])
        #expect(tokenizer.status == 0, "\(tokenizer.error)")
        let whole = try DeepSeekProgram.run(["train", folder.path + "/whole.yaml", "--quiet"])
        #expect(whole.status == 0, "\(whole.error)")

        let process = Process()
        process.executableURL = URL(filePath: DeepSeekProgram.path)
        process.arguments = ["train", folder.path + "/killed.yaml", "--quiet"]
        process.environment = DeepSeekProgram.environment
        process.standardError = FileHandle.nullDevice
        try process.run()
        let first = folder.path + "/killed/checkpoints/step-00000004"
        while process.isRunning, !FileManager.default.fileExists(atPath: first) { usleep(2_000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()

        let resumed = try DeepSeekProgram.run(["train", folder.path + "/killed.yaml", "--quiet"])
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(resumed.error.contains("goes on after step"))
        let expected = try losses(folder.path + "/whole/log.jsonl")
        #expect(expected.count == 60)
        #expect(try losses(folder.path + "/killed/log.jsonl") == expected)
        let generated = try DeepSeekProgram.run([
            "generate", "--model", folder.path + "/killed/model", "line 1", "--max-tokens", "4", "--json",
        ])
        #expect(generated.status == 0, "\(generated.error)")
    }
}
