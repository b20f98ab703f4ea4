import DeepSeekConstraints
import DeepSeekModel

extension ModelRunner {
    /// Answers a request, and tells its consumer how that ended.
    func answer(_ job: GenerationJob) {
        do {
            job.finish(try generate(job))
        } catch {
            job.fail(error)
        }
    }

    private func generate(_ job: GenerationJob) throws -> GenerationResult {
        let (request, sampling) = (job.request, job.request.sampling)
        var stopwatch = Stopwatch(submitted: job.submitted)
        let sampler = try Sampler(
            sampling, vocabularySize: vocabularySize, prompt: request.prompt,
            constraint: try job.constraint.map { try ConstraintState($0, ends: Array(job.endsOfSequence)) },
            tokenLimit: job.tokenLimit)
        var output = OutputText(request, tokenizer: job.tokenizer)
        let text = text(for: request.session)
        defer { if request.session == nil { release(text) } }
        let hits = text.keepPrefix(of: request.prompt, in: cache)
        text.reserve(request.prompt.count + job.tokenLimit)

        var count = 0
        var ending: (reason: FinishReason, cause: StopCause?) = (.cancelled, nil)
        let first = try computePrompt(request.prompt[hits...], after: text, cancellation: job.cancellation)
        var rows = first.map {
            AnswerRows(
                self, text: text, first: $0, prompt: request.prompt, drafts: job.drafts, tokenLimit: job.tokenLimit)
        }
        while let row = rows?.current {
            let token = try sampler.next(row)
            count += 1
            stopwatch.noteToken()
            let logprobs = try sampling.logprobs.map { try TokenLogprobs(of: token, in: row, top: $0) }
            let stop = stopCause(token, job: job)
            let piece = stop == nil ? output.append(token) : output.nothing
            job.deliver(.token(GeneratedToken(id: token, text: piece, logprobs: logprobs)))
            let complete: StopCause? = sampler.isComplete ? .constraint : nil
            if let cause = stop ?? output.match.map({ .string($0) }) ?? complete {
                ending = sampler.isShortened ? (.length, nil) : (.stop, cause)
                break
            }
            if count == job.tokenLimit {
                ending = (.length, nil)
                break
            }
            if job.cancellation.isRequested { break }
            try rows?.advance(past: token, remaining: job.tokenLimit - count)
        }
        rows?.settle()
        let remaining = output.finish()
        if ending.reason == .length, let match = output.match { ending = (.stop, .string(match)) }
        let usage = TokenUsage(
            promptTokens: request.prompt.count, completionTokens: count, promptCacheHitTokens: hits)
        return GenerationResult(
            finishReason: ending.reason, stopCause: ending.cause, remainingText: remaining, seed: sampler.seed,
            usage: usage, speculation: rows?.speculation,
            timings: stopwatch.timings(usage, loadSeconds: job.loadSeconds))
    }

    /// Computes a prompt chunk by chunk, and returns the logits of its last token; nil when cancelled before the end.
    private func computePrompt(
        _ ids: ArraySlice<Int32>, after text: CachedText, cancellation: Cancellation
    ) throws -> UnsafeBufferPointer<Float>? {
        var rest = ids
        while !cancellation.isRequested {
            let piece = rest.prefix(chunk)
            rest = rest.dropFirst(chunk)
            let logits = try forward(piece, after: text, logits: rest.isEmpty ? .last : .none)
            if rest.isEmpty { return logits }
        }
        return nil
    }

    private func stopCause(_ token: Int32, job: GenerationJob) -> StopCause? {
        if job.endsOfSequence.contains(token) { return .endOfSequence(token) }
        return job.stopTokens.contains(token) ? .token(token) : nil
    }
}
