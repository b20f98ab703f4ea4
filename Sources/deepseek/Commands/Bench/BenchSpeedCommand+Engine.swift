import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekJSON

extension BenchSpeedCommand {
    /// Requests through the engine instead of bare forward passes.
    func measureEngine() async throws {
        var rows: [EngineResult] = []
        for format in model == nil ? format.values : [.bfloat16] {
            let checkpoint: Checkpoint
            if let shape {
                Terminal.progress("making \(shape.rawValue) in \(format.rawValue)")
                checkpoint = try RandomCheckpoint.make(
                    shape.configuration(layers: layers, experts: experts), format: format)
            } else {
                checkpoint = try Checkpoint(folder: model ?? "")
            }
            var benchmark = EngineBenchmark()
            benchmark.runs = runs
            benchmark.shared = shared
            benchmark.options.arithmetic = compute.dtype
            benchmark.options.cache = compute.cache
            benchmark.options.attention = compute.attention
            benchmark.options.batchInvariant = compute.batchInvariant
            benchmark.options.chunk = compute.chunk
            benchmark.options.threads = threads.values.first
            for prompt in prompt.values {
                for generate in generate.values {
                    for sequences in sequences.values {
                        (benchmark.prompt, benchmark.generation) = (max(prompt, 1), max(generate, 1))
                        benchmark.sequences = sequences
                        rows.append(
                            try await benchmark.run(checkpoint) { Terminal.progress("\(sequences) requests: \($0)") })
                    }
                }
            }
        }
        Terminal.clearProgress()
        if json { return Terminal.write(JSONValue.array(rows.map(\.json)).serialized() + "\n") }
        let table = BenchTable(rows)
        Terminal.write(csv ? table.csv : table.text)
    }
}
