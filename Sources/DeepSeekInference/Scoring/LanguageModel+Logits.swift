extension LanguageModel {
    /// Computes a text and hands out rows of logits. Requests are answered meanwhile, a step between any two passes of
    /// the text; others that want logits wait, and the caller is blocked.
    ///
    /// - Parameters:
    ///   - ids: as they are; at most ``contextLength``.
    ///   - rows: those wanted; they come in order.
    ///   - chunk: tokens of one forward pass at most; nil takes the model's, or less where the logits of so many rows
    ///     would take more than 64 MB.
    ///   - body: gets the row's place in the text and its logits `[vocabulary]`, valid until it returns. The model is
    ///     its own meanwhile: what it asks of the model would wait for ever.
    /// - Throws: ``InferenceError`` `emptyPrompt`, `promptTooLong`, `tokenOutOfRange` or `invalidParameter`, and what
    ///   the body throws.
    public func logits(
        ids: [Int32], rows: RowSelection = .all, chunk: Int? = nil,
        _ body: (_ row: Int, _ logits: UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        guard !ids.isEmpty else {
            throw InferenceError(.emptyPrompt, "the text holds no tokens; it needs at least one")
        }
        guard ids.count <= contextLength else {
            throw InferenceError(
                .promptTooLong,
                "the text has \(ids.count) tokens, and \(contextLength) fit; shorten it, or ask for a longer context")
        }
        if let chunk, !(1...(options.chunk)).contains(chunk) {
            throw InferenceError(
                .invalidParameter, "chunk is \(chunk); the model was opened for chunks of 1 to \(options.chunk)")
        }
        try checkVocabulary(ids)
        try scoring.withLock { _ in
            let pass = try thread.borrow { try $0.beginScoring(ids, rows: rows.range(of: ids.count), chunk: chunk) }
            defer { thread.borrow { $0.endScoring(pass) } }
            while !pass.isComplete { try thread.borrow { try $0.score(pass, body) } }
        }
    }
}
