import DeepSeekInference
import DeepSeekModel
import DeepSeekTensors

/// Draws answers from the network in training on the engine that serves: many sequences at once, prompts that begin alike
/// computed once, the weights handed over in memory (the report's hybrid engine).
package final class RolloutEngine {
    private let weights: RolloutWeights
    private let model: LanguageModel
    /// Seconds and tokens of answers since they were last cleared.
    package var seconds = 0.0
    package var tokens = 0

    /// - Parameters:
    ///   - contextLength: of the longest prompt with its answer.
    ///   - concurrent: answers that are drawn at once.
    init(
        _ weights: RolloutWeights, contextLength: Int, concurrent: Int, precision: TrainingPrecision, threads: Int,
        instructionSet: InstructionSet
    ) throws {
        self.weights = weights
        let pages = CacheLayout.pages(tokens: contextLength)
        model = try LanguageModel(
            weights.checkpoint(),
            options: LoadOptions(
                arithmetic: precision == .float32 ? .float32 : .bfloat16, cache: .float32, threads: threads,
                contextLength: contextLength, instructionSet: instructionSet, maximumSequences: concurrent,
                tokenBudget: max(512, concurrent), poolTokens: concurrent * pages * CacheLayout.pageTokens))
    }

    /// Takes the weights as they are now.
    package func refresh() throws { try model.adopt(weights.checkpoint()) }

    /// - Parameters:
    ///   - seeds: one for each prompt; nil takes the likeliest token each time.
    ///   - limit: tokens of an answer.
    /// - Returns: in the order of the prompts, with the log-probability of each token.
    package func answers(_ prompts: [[Int32]], seeds: [UInt64]?, limit: Int) throws -> [GeneratedAnswer] {
        let requests = prompts.enumerated().map { index, prompt in
            // The policy itself is drawn from: another temperature, or a share of the tokens, would be another policy.
            GenerationRequest(
                prompt: prompt,
                sampling: SamplingParameters(
                    temperature: seeds == nil ? 0 : 1, topP: 1, topK: 0, minP: 0, seed: seeds?[index],
                    maximumTokens: limit, logprobs: seeds == nil ? nil : 0))
        }
        let clock = ContinuousClock()
        let start = clock.now
        let answers = try model.answers(to: requests)
        seconds += (clock.now - start) / .seconds(1)
        tokens += answers.reduce(0) { $0 + $1.tokens.count }
        return answers
    }
}
