import DeepSeekCheckpoints
import DeepSeekInference

/// How fast the engine answers requests that come all at once, and what it spends on scheduling them.
public struct EngineBenchmark: Sendable {
    /// Tokens of each prompt, of which the first ``shared`` are the same for all; and tokens of each answer.
    public var prompt = 128
    public var shared = 0
    public var generation = 64
    public var sequences = 32
    public var runs = 3
    public var options = LoadOptions()

    public init() {}

    /// One warming run, then `runs` timed ones, each with other prompts.
    public func run(_ checkpoint: Checkpoint, progress: (String) -> Void = { _ in }) async throws -> EngineResult {
        var options = options
        let context = prompt + generation
        options.contextLength = context
        options.poolTokens = sequences * (context + 64)
        options.maximumSequences = sequences
        options.tokenBudget = max(options.chunk, sequences)
        let model = try LanguageModel(checkpoint, options: options)
        var result = EngineResult(sequences: sequences, prompt: prompt, shared: shared, generation: generation)
        for run in 0...runs {
            progress(run == 0 ? "warming up" : "run \(run) of \(runs)")
            let before = model.figures
            let start = ContinuousClock.now
            let streams = (0..<sequences).map { model.generate(request($0, run: run, of: model)) }
            var waits: [Double] = []
            for stream in streams { waits.append(try await stream.answer().result.timings.timeToFirstTokenSeconds) }
            let seconds = start.duration(to: .now) / .seconds(1)
            guard run > 0 else { continue }
            result.note(seconds: seconds, waits: waits, before: before, after: model.figures)
        }
        return result
    }

    private func request(_ index: Int, run: Int, of model: LanguageModel) -> GenerationRequest {
        let vocabulary = model.configuration.vocabularySize
        let ids = (0..<prompt).map { place in
            let seed = place < shared ? run : run + 1_000 * (index + 1)
            return Int32((place * 7_919 + seed * 104_729 + 13) % vocabulary)
        }
        return GenerationRequest(
            prompt: ids,
            sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true, maximumTokens: generation))
    }
}
