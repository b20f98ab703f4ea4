import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors

/// How fast a checkpoint reads a prompt and generates, without tokenizer or sampling.
public struct SpeedBenchmark: Sendable {
    /// Tokens of the prompt, tokens generated after it, and tokens of context before both.
    public var prompt = 512
    public var generation = 32
    public var depth = 0
    /// Sequences that generate together.
    public var sequences = 1
    public var runs = 3
    public var options = ForwardOptions()
    /// Nil takes the one that goes with the arithmetic.
    public var cache: CacheFormat?
    public var chunk = 512
    public var threads: Int?

    public init() {}

    /// One warming run, then `runs` timed ones. The context before the prompt is not computed: the cache holds zeros.
    public func run(
        _ model: DecoderModel, instructionSet: InstructionSet, progress: (String) -> Void = { _ in }
    ) throws -> SpeedResult {
        let capacity = sequences * (CacheLayout.pages(tokens: depth + prompt + generation) * CacheLayout.pageTokens)
        let cache = try LatentCache(layout: model.cacheLayout(options.arithmetic, format: self.cache), tokens: capacity)
        let workspace = try Workspace(
            model.configuration, options: options, maximumRows: max(min(chunk, prompt), sequences),
            instructionSet: instructionSet, threads: threads)
        let clock = ContinuousClock()
        let vocabulary = model.configuration.vocabularySize
        let ids = (0..<prompt).map { Int32(($0 * 7_919 + 13) % vocabulary) }
        var result = SpeedResult(sequences: sequences, cache: cache.layout.format)
        let bandwidth = try BandwidthProbe(threads: threads ?? ProcessorCount.usable)
        var before = 0.0
        var batch = Batch()
        for run in 0...runs {
            progress(run == 0 ? "warming up" : "run \(run) of \(runs)")
            if run > 0, generation > 0 { before = bandwidth.bytesPerSecond() }
            let texts = (0..<sequences).map { _ in cache.makeSequence() }
            for text in texts { try cache.extend(text, by: depth) }
            let promptTime = try clock.measure {
                for text in texts {
                    for start in stride(from: 0, to: prompt, by: chunk) {
                        batch.removeAll()
                        let end = min(start + chunk, prompt)
                        batch.append(ids[start..<end], to: text, logits: end == prompt ? .last : .none)
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
            if prompt > 0 { result.prompt.append(Double(prompt * sequences) / (promptTime / .seconds(1))) }
            if generation > 0 {
                result.generation.append(Double(generation * sequences) / (generationTime / .seconds(1)))
                result.bandwidths.append(max(before, bandwidth.bytesPerSecond()))
            }
        }
        // What the bandwidth was measured with is not the model's.
        result.peakMemory = max((SystemMemory.peakResident ?? 0) - BandwidthProbe.bytes, 0)
        return result
    }
}
