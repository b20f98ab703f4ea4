#if os(Linux)
    import DeepSeekJSON
    import Foundation
    import Testing

    /// What `inspect` says a run will allocate, beside what the system counts while it runs.
    @Suite struct MemoryForecastTests {
        /// 18 KB of cache per token; the weights are few, so that making and running them takes no time.
        private static let network: JSONObject = [
            "num_hidden_layers": 8, "kv_lora_rank": 512, "qk_rope_head_dim": 64,
            "max_position_embeddings": 16_384,
        ]

        @Test(arguments: [8_192, 16_384]) func isWithinFivePercent(context: Int) throws {
            let model = try TinyModel()
            try model.replaceNetwork(Self.network)
            let report = try DeepSeekProgram.run(
                ["inspect", "--model", model.folder, "--context", "\(context)", "--dtype", "float32", "--json"])
            let json = try Array(report.output.utf8).withUnsafeBytes { try JSONValue(parsing: $0) }
            let forecast = try #require(json["memory"]?["anonymous_bytes"]?.integer)
            #expect(forecast > 100_000_000)

            let prompt = Array(repeating: "1", count: 600).joined(separator: " ")
            let peak = try Self.peak([
                "generate", "--model", model.folder, "--ids", prompt, "--max-tokens", "300", "--ignore-eos",
                "--temperature", "0", "--context", "\(context)", "--dtype", "float32", "--json",
            ])
            #expect(abs(Double(peak) / Double(forecast) - 1) < 0.05, "\(peak) of \(forecast) bytes")
        }

        /// The largest anonymous memory seen while the program runs. Cache and workspace are held from the start to the
        /// end, so it is enough to look now and then.
        private static func peak(_ arguments: [String]) throws -> Int {
            let process = Process()
            process.executableURL = URL(filePath: DeepSeekProgram.path)
            process.arguments = arguments
            process.environment = DeepSeekProgram.environment
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            var peak = 0
            while process.isRunning {
                // Empty once the process has ended.
                let status =
                    (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
                for line in status.split(separator: "\n") where line.hasPrefix("RssAnon:") {
                    peak = max(peak, (Int(line.filter(\.isNumber)) ?? 0) * 1024)
                }
                Thread.sleep(forTimeInterval: 0.002)
            }
            #expect(process.terminationStatus == 0)
            return peak
        }
    }
#endif
