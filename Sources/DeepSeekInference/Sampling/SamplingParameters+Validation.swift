extension SamplingParameters {
    /// The most tokens whose log-probabilities one step reports.
    public static let maximumLogprobs = 20

    /// - Throws: ``InferenceError`` `invalidParameter` that names the parameter, its value and its range;
    ///   `tokenOutOfRange` for ids that the vocabulary does not have.
    public func validate(vocabularySize: Int) throws(InferenceError) {
        try Self.check("temperature", temperature, in: 0...1_000)
        try Self.check("top_p", topP, in: 0...1)
        if topP == 0 { throw Self.error("top_p is 0; it must be more than 0 and at most 1") }
        if let topK, topK < -1 { throw Self.error("top_k is \(topK); it must be at least 1, or 0 or -1 for all") }
        try Self.check("min_p", minP, in: 0...1)
        // Nearer to zero, logits would leave what a float holds.
        try Self.check("repetition_penalty", repetitionPenalty, in: 0.01...100)
        try Self.check("presence_penalty", presencePenalty, in: -2...2)
        try Self.check("frequency_penalty", frequencyPenalty, in: -2...2)
        if let maximumTokens, maximumTokens < 1 {
            throw Self.error("max_tokens is \(maximumTokens); it must be at least 1")
        }
        if let logprobs, !(0...Self.maximumLogprobs).contains(logprobs) {
            throw Self.error("logprobs is \(logprobs); it must be between 0 and \(Self.maximumLogprobs)")
        }
        if stopStrings.contains(where: \.isEmpty) {
            throw Self.error("a stop string is empty; it would end every answer at once")
        }
        let vocabulary = 0..<vocabularySize
        for (token, bias) in logitBias {
            try Self.check("logit_bias of token \(token)", bias, in: -100...100)
            try Self.check("logit_bias", token: token, in: vocabulary)
        }
        for token in stopTokens { try Self.check("stop token", token: token, in: vocabulary) }
    }

    private static func check(_ name: String, _ value: Double?, in range: ClosedRange<Double>) throws(InferenceError) {
        guard let value, !range.contains(value) else { return }
        throw error("\(name) is \(value); it must be between \(range.lowerBound) and \(range.upperBound)")
    }

    private static func check(_ name: String, token: Int32, in range: Range<Int>) throws(InferenceError) {
        guard !range.contains(Int(token)) else { return }
        throw InferenceError(
            .tokenOutOfRange, "\(name): token id \(token) is outside the vocabulary (0 to \(range.upperBound - 1))")
    }

    private static func error(_ message: String) -> InferenceError { InferenceError(.invalidParameter, message) }
}
