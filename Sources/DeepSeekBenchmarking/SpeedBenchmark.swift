import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors

/// How fast a checkpoint reads a prompt and generates, without tokenizer or sampling.
public struct SpeedBenchmark: Sendable {
    public struct Result: Sendable, Hashable {
        /// Tokens per second, of every run in order.
        public var prompt: [Double] = []
        public var generation: [Double] = []
        /// The largest resident size, mapped weights included.
        public var peakMemory = 0

        public static func median(_ values: [Double]) -> Double {
            let sorted = values.sorted()
            guard !sorted.isEmpty else { return 0 }
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }

    /// Tokens of the prompt, and tokens generated after it.
    public var prompt = 512
    public var generation = 32
    /// Sequences that generate together.
    public var sequences = 1
    public var runs = 3
    public var options = ForwardOptions()
    public var chunk = 512
    public var threads: Int?

    public init() {}

    /// One warming run, then `runs` timed ones.
    public func run(
        _ model: DecoderModel, instructionSet: InstructionSet, progress: (String) -> Void = { _ in }
    ) throws -> Result {
        let capacity = sequences * (CacheLayout.pages(tokens: prompt + generation) * CacheLayout.pageTokens)
        let cache = try LatentCache(layout: model.cacheLayout(options.arithmetic), tokens: capacity)
        let workspace = try Workspace(
            model.configuration, options: options, maximumRows: max(chunk, sequences), instructionSet: instructionSet,
            threads: threads)
        let clock = ContinuousClock()
        let vocabulary = model.configuration.vocabularySize
        let ids = (0..<prompt).map { Int32(($0 * 7_919 + 13) % vocabulary) }
        var result = Result()
        var batch = Batch()
        for run in 0...runs {
            progress(run == 0 ? "warming up" : "run \(run) of \(runs)")
            let texts = (0..<sequences).map { _ in cache.makeSequence() }
            let promptTime = try clock.measure {
                for text in texts {
                    for start in stride(from: 0, to: prompt, by: chunk) {
                        batch.removeAll()
                        batch.append(ids[start..<min(start + chunk, prompt)], to: text)
                        _ = try model.forward(batch, cache: cache, workspace: workspace)
                    }
                }
            }
            let generationTime = try clock.measure {
                for step in 0..<generation {
                    batch.removeAll()
                    for (index, text) in texts.enumerated() {
                        batch.append(Int32((step * 104_729 + index * 31 + 7) % vocabulary), to: text)
                    }
                    _ = try model.forward(batch, cache: cache, workspace: workspace)
                }
            }
            for text in texts { cache.release(text) }
            guard run > 0 else { continue }
            result.prompt.append(Double(prompt * sequences) / (promptTime / .seconds(1)))
            result.generation.append(Double(generation * sequences) / (generationTime / .seconds(1)))
        }
        result.peakMemory = SystemMemory.peakResident ?? 0
        return result
    }
}
