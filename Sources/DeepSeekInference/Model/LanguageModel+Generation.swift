import DeepSeekConstraints
import DeepSeekJSON

extension LanguageModel {
    /// Goes on from token ids. The answer is computed as it is read, or ahead of its reader.
    ///
    /// What is wrong with the request (see ``validate(_:)``) is thrown by the stream.
    public func generate(_ request: GenerationRequest) -> GenerationStream {
        generate(request, cancellation: Cancellation(), observer: nil)
    }

    /// Goes on from a text.
    ///
    /// - Throws: ``InferenceError`` `noTokenizer`.
    public func generate(
        _ text: String, sampling: SamplingParameters = SamplingParameters()
    ) throws -> GenerationStream {
        generate(GenerationRequest(prompt: try promptIDs(text: text), sampling: sampling))
    }

    /// Answers a conversation.
    ///
    /// - Throws: ``InferenceError`` `noTokenizer` or `noChatTemplate`, or `ChatTemplateError`.
    public func generate(
        messages: [JSONValue], tools: [JSONValue]? = nil, sampling: SamplingParameters = SamplingParameters()
    ) throws -> GenerationStream {
        generate(GenerationRequest(prompt: try promptIDs(messages: messages, tools: tools), sampling: sampling))
    }

    /// Waits until the pages of all answers so far are on the disk. For the end of a program; blocks the caller.
    public func flushContextCache() {
        thread.borrow { engine in engine.contextCache }?.flush()
    }

    /// Whether a request can be answered.
    ///
    /// - Throws: ``InferenceError`` `emptyPrompt`, `promptTooLong` with what fits, `tokenOutOfRange`,
    ///   `invalidParameter`, or `invalidConstraint`.
    public func validate(_ request: GenerationRequest) throws(InferenceError) {
        _ = try checked(request)
    }

    /// - Returns: the constraint, compiled.
    private func checked(_ request: GenerationRequest) throws(InferenceError) -> CompiledConstraint? {
        try checkPrompt(request.prompt)
        if let drafts = request.drafts, !(0...64).contains(drafts) {
            throw InferenceError(.invalidParameter, "drafts is \(drafts); it must be between 0 and 64")
        }
        let sampling = request.sampling.merged(over: generationDefaults)
        try sampling.validate(vocabularySize: configuration.vocabularySize)
        if tokenizer == nil, !sampling.stopStrings.isEmpty {
            throw InferenceError(
                .noTokenizer, "stop strings need a tokenizer, and \(folder) holds no tokenizer.json; use stop tokens")
        }
        guard let constraint = request.constraint else { return nil }
        guard let constraints else {
            throw InferenceError(.noTokenizer, "a constraint needs a tokenizer, and \(folder) holds no tokenizer.json")
        }
        do throws(ConstraintError) {
            return try constraints.compile(constraint)
        } catch {
            throw InferenceError(error)
        }
    }

    /// - Throws: ``InferenceError`` `overloaded`.
    private func admit() throws(InferenceError) {
        guard board.admit(limit: options.maximumSequences + options.queueLimit) else {
            throw InferenceError(
                .overloaded,
                "\(options.maximumSequences) requests are computed at once and \(options.queueLimit) may wait, and so many "
                    + "are there; ask again later, or open the model with a longer queue")
        }
    }

    func checkPrompt(_ prompt: [Int32]) throws(InferenceError) {
        guard !prompt.isEmpty else {
            throw InferenceError(.emptyPrompt, "the prompt holds no tokens; it needs at least one")
        }
        guard prompt.count < contextLength else {
            throw InferenceError(
                .promptTooLong,
                "the prompt has \(prompt.count) tokens, and at most \(contextLength - 1) fit in a context of "
                    + "\(contextLength) with room for an answer; shorten it, or ask for a longer context")
        }
        try checkVocabulary(prompt)
    }

    func checkVocabulary(_ ids: [Int32]) throws(InferenceError) {
        let vocabulary = 0..<configuration.vocabularySize
        guard let index = ids.firstIndex(where: { !vocabulary.contains(Int($0)) }) else { return }
        throw InferenceError(
            .tokenOutOfRange,
            "token id \(ids[index]) at place \(index) of the prompt is outside the vocabulary (0 to "
                + "\(configuration.vocabularySize - 1))")
    }

    func generate(
        _ request: GenerationRequest, cancellation: Cancellation, observer: GenerationStream.Observer?
    ) -> GenerationStream {
        let (events, continuation) = AsyncThrowingStream.makeStream(of: GenerationEvent.self)
        do {
            let job = try self.job(request, cancellation: cancellation, receiver: .stream(continuation))
            try admit()
            thread.submit(job)
        } catch {
            continuation.finish(throwing: error)
        }
        return GenerationStream(events, cancellation: cancellation, thread: thread, observer: observer)
    }

    /// A request as the engine takes it, checked.
    func job(
        _ request: GenerationRequest, cancellation: Cancellation, receiver: AnswerReceiver
    ) throws(InferenceError) -> GenerationJob {
        let constraint = try checked(request)
        var request = request
        request.sampling = request.sampling.merged(over: generationDefaults)
        var job = GenerationJob(
            request, tokenLimit: min(request.sampling.maximumTokens ?? .max, contextLength - request.prompt.count),
            drafts: request.drafts ?? options.drafts,
            endsOfSequence: request.sampling.ignoresEndOfSequence ? [] : endsOfSequence, tokenizer: tokenizer,
            loadSeconds: loadSeconds, cancellation: cancellation, board: board, receiver: receiver)
        job.constraint = constraint
        return job
    }
}
