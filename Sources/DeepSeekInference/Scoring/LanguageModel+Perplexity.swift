extension LanguageModel {
    /// The longest window that ``perplexity(text:context:stride:)`` takes without being asked for.
    public static let defaultScoringContext = 2_048

    /// Scores a text. Special tokens that it spells out are read as plain text.
    ///
    /// - Parameters:
    ///   - context: tokens of a window; nil takes the model's context, at most ``defaultScoringContext``.
    ///   - stride: from one window's start to the next; nil takes the context.
    /// - Throws: as ``perplexity(ids:utf8Bytes:context:stride:)``, and `noTokenizer`.
    public func perplexity(text: String, context: Int? = nil, stride: Int? = nil) throws -> Perplexity {
        let ids = try promptIDs(text: text, matchingSpecialTokens: false)
        return try perplexity(ids: ids, utf8Bytes: text.utf8.count, context: context, stride: stride)
    }

    /// Scores ids, the first of which is never scored. Blocks the caller.
    ///
    /// - Throws: ``InferenceError`` `emptyPrompt` for less than two tokens, `invalidParameter` for a context that is not
    ///   2 to ``contextLength`` or a stride that is not 1 to the context, or `tokenOutOfRange`.
    public func perplexity(
        ids: [Int32], utf8Bytes: Int? = nil, context: Int? = nil, stride: Int? = nil
    ) throws -> Perplexity {
        guard ids.count > 1 else {
            throw InferenceError(
                .emptyPrompt, "a text of \(ids.count) tokens cannot be scored; it needs at least two")
        }
        let context = context ?? min(contextLength, Self.defaultScoringContext)
        guard (2...contextLength).contains(context) else {
            throw InferenceError(
                .invalidParameter, "a window of \(context) tokens was asked for; it must be 2 to \(contextLength)")
        }
        let stride = stride ?? context
        guard (1...context).contains(stride) else {
            throw InferenceError(
                .invalidParameter,
                "a stride of \(stride) was asked for; it must be 1 to the context of \(context), so that no token is left out"
            )
        }
        try checkVocabulary(ids)
        var result = Perplexity(
            context: context, stride: stride, tokens: 0, negativeLogLikelihood: 0, utf8Bytes: utf8Bytes)
        for window in ScoringWindows(count: ids.count, context: context, stride: stride) where !window.scored.isEmpty {
            let first = window.tokens.lowerBound
            // The row before a token predicts it.
            let rows = (window.scored.lowerBound - 1 - first)..<(window.scored.upperBound - 1 - first)
            try logits(ids: Array(ids[window.tokens]), rows: .range(rows)) { row, logits in
                let token = Int(ids[first + row + 1])
                result.negativeLogLikelihood -= try LogSoftmax(logits)(logits[token])
            }
            result.tokens += window.scored.count
        }
        return result
    }
}
