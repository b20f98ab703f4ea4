#if os(Linux)
    import DeepSeekBenchmarking
    import DeepSeekCheckpoints
    import DeepSeekJSON
    import DeepSeekQuantization
    import Foundation
    import Testing

    /// What `inspect` says that a run will take, against what it takes.
    struct MemoryForecastTests {
        /// A network whose cache and scratch are tens of megabytes.
        private static let configuration: JSONObject = {
            var members = TinyModel.configuration
            for (key, value) in [
                ("kv_lora_rank", 512), ("qk_rope_head_dim", 64), ("num_attention_heads", 8), ("hidden_size", 512),
                ("intermediate_size", 1_024), ("moe_intermediate_size", 256), ("max_position_embeddings", 32_768),
            ] { members[key] = .integer(value) }
            return members
        }()

        private func check(_ model: String, arithmetic: String) throws {
            let options = [
                "--model", model, "--context", "16384", "--json", "--threads", "2", "--dtype", arithmetic,
            ]
            let inspected = try DeepSeekProgram.run(["inspect"] + options)
            try #require(inspected.status == 0, "\(inspected.error)")
            let prompt = (1..<400).map { String($0 % 200) }.joined(separator: " ")
            let result = try DeepSeekProgram.run(
                ["generate", "--ids", prompt, "--max-tokens", "20", "--ignore-eos"] + options)
            try #require(result.status == 0, "\(result.error)")
            func number(_ text: String, _ group: String, _ key: String) throws -> Double {
                Double(try #require(try JSONValue(parsing: text)[group]?[key]?.integer))
            }
            let forecast = try number(inspected.output, "memory", "anonymous_bytes")
            let taken = try number(result.output, "timings", "anonymous_memory_bytes")
            #expect(abs(taken / forecast - 1) < 0.05, "\(model): \(taken), and \(forecast) was the forecast")
            let mapped = try number(result.output, "timings", "mapped_memory_bytes")
            #expect(mapped > 0)
        }

        @Test(arguments: [nil, QuantizationFormat.int8, .int4, .fp8]) func isMet(format: QuantizationFormat?) throws {
            let work = try TemporaryFolder()
            let (source, folder) = (work.path + "/source", work.path + "/model")
            try RandomCheckpoint.write(.object(Self.configuration), to: source)
            guard let format else { return try check(source, arithmetic: "bfloat16") }
            try CheckpointQuantizer(Checkpoint(folder: source), format: format).write(to: folder)
            try check(folder, arithmetic: format == .fp8 ? "float32" : "int8")
        }
    }
#endif
