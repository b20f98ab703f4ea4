import ArgumentParser
import DeepSeekInference

/// How tokens are chosen. What is not given comes from the model's generation_config.json, then from the defaults that
/// Transformers and vLLM share.
struct SamplingOptions: ParsableArguments {
    @Option(help: "0 always takes the most likely token; 1 samples as the model says; higher is wilder.")
    var temperature: Double?

    @Option(name: .customLong("top-p"), help: "Sample from the most likely tokens that together have this probability.")
    var topP: Double?

    @Option(name: .customLong("top-k"), help: "Sample from this many of the most likely tokens; 0 for all.")
    var topK: Int?

    @Option(name: .customLong("min-p"), help: "Leave out tokens less likely than this fraction of the likeliest.")
    var minP: Double?

    @Option(help: "Above 1 makes tokens of the prompt and the answer less likely.")
    var repetitionPenalty: Double?

    @Option(help: "Subtracted from the logits of tokens that the answer holds, -2 to 2.")
    var presencePenalty: Double?

    @Option(help: "Subtracted for each time that the answer holds the token, -2 to 2.")
    var frequencyPenalty: Double?

    @Option(help: "The same seed gives the same answer; without it one is drawn.")
    var seed: UInt64?

    @Option(name: .customLong("max-tokens"), help: "Tokens of the answer at most; by default the rest of the context.")
    var maximumTokens: Int?

    @Option(help: ArgumentHelp("End the answer before this text. May be repeated.", valueName: "text"))
    var stop: [String] = []

    @Option(help: ArgumentHelp("End the answer at this token. May be repeated.", valueName: "id"))
    var stopToken: [Int32] = []

    @Option(help: ArgumentHelp("Add to a token's logit, as ID:BIAS. May be repeated.", valueName: "id:bias"))
    var logitBias: [String] = []

    @Option(help: "Report log-probabilities, with this many of the likeliest tokens (0 to 20; with --json).")
    var logprobs: Int?

    @Flag(name: .customLong("ignore-eos"), help: "Go on after the model's end of sequence.")
    var ignoresEndOfSequence = false

    func parameters() throws -> SamplingParameters {
        SamplingParameters(
            temperature: temperature, topP: topP, topK: topK, minP: minP, repetitionPenalty: repetitionPenalty,
            presencePenalty: presencePenalty, frequencyPenalty: frequencyPenalty, seed: seed,
            logitBias: try biases(), stopStrings: stop, stopTokens: stopToken,
            ignoresEndOfSequence: ignoresEndOfSequence, maximumTokens: maximumTokens, logprobs: logprobs)
    }

    private func biases() throws -> [Int32: Double] {
        var biases: [Int32: Double] = [:]
        for text in logitBias {
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let id = Int32(parts[0]), let bias = Double(parts[1]) else {
                throw ValidationError("--logit-bias \(text): expected a token id and a number, as in 1234:-5")
            }
            biases[id] = bias
        }
        return biases
    }
}
