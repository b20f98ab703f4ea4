import DeepSeekConstraints
import DeepSeekModel

/// How the tokens of one answer are chosen, written as text and drafted.
final class AnswerState {
    /// Why an answer ends.
    struct Ending {
        var reason: FinishReason
        var cause: StopCause?
    }

    private let job: GenerationJob
    private let sampler: Sampler
    private var output: OutputText
    private var lookup: PromptLookup?
    private var speculation: SpeculationFigures?
    private var stopwatch: Stopwatch

    init(_ job: GenerationJob, vocabularySize: Int) throws(InferenceError) {
        self.job = job
        sampler = try Sampler(
            job.request.sampling, vocabularySize: vocabularySize, prompt: job.request.prompt,
            constraint: try job.constraintState(), tokenLimit: job.tokenLimit)
        output = OutputText(job.request, tokenizer: job.tokenizer)
        stopwatch = Stopwatch(submitted: job.submitted)
        guard job.drafts > 0 else { return }
        speculation = SpeculationFigures()
        let prompt = job.request.prompt
        lookup = PromptLookup(
            limit: job.drafts, text: prompt, capacity: prompt.count + min(job.tokenLimit, 1 << 16))
    }

    /// Drafts what may come next, at most so many tokens.
    func draft(most: Int, into draft: inout [Int32]) {
        guard let lookup else { return }
        draft.append(contentsOf: lookup.draft(most: most))
    }

    /// Chooses what follows from a step's rows of logits, and delivers it. With a draft there are several rows; each but
    /// the first is used only if the tokens before it are those that were chosen, so that a draft changes no answer.
    ///
    /// - Parameter logits: `[1 + drafted, vocabulary]`.
    /// - Returns: how the answer ended, if it did.
    func take(
        _ logits: UnsafeBufferPointer<Float>, vocabularySize: Int, for sequence: RunningSequence
    ) throws(InferenceError) -> Ending? {
        let draft = sequence.draft
        var accepted = 0
        var ending: Ending?
        repeat {
            let first = accepted * vocabularySize
            let token = try next(
                UnsafeBufferPointer(rebasing: logits[first..<(first + vocabularySize)]), for: sequence, &ending)
            guard ending == nil, accepted < draft.count, draft[accepted] == token else { break }
            accepted += 1
        } while true
        speculation?.drafted += draft.count
        speculation?.accepted += accepted
        lookup?.note(drafted: draft.count, accepted: accepted)
        return ending
    }

    private func next(
        _ row: UnsafeBufferPointer<Float>, for sequence: RunningSequence, _ ending: inout Ending?
    ) throws(InferenceError) -> Int32 {
        let token = try sampler.next(row)
        stopwatch.noteToken()
        let count = job.request.sampling.logprobs
        var logprobs: TokenLogprobs?
        if let count { logprobs = try TokenLogprobs(of: token, in: row, top: count) }
        let stop = stopCause(token)
        let piece = stop == nil ? output.append(token) : output.nothing
        sequence.append(token)
        lookup?.append(token)
        job.deliver(.token(GeneratedToken(id: token, text: piece, logprobs: logprobs)))
        let complete: StopCause? = sampler.isComplete ? .constraint : nil
        if let cause = stop ?? output.match.map({ .string($0) }) ?? complete {
            ending = sampler.isShortened ? Ending(reason: .length, cause: nil) : Ending(reason: .stop, cause: cause)
        } else if sequence.completionCount == job.tokenLimit {
            ending = Ending(reason: .length, cause: nil)
        } else if job.cancellation.isRequested {
            ending = Ending(reason: .cancelled, cause: nil)
        }
        return token
    }

    private func stopCause(_ token: Int32) -> StopCause? {
        if job.endsOfSequence.contains(token) { return .endOfSequence(token) }
        return job.stopTokens.contains(token) ? .token(token) : nil
    }

    func result(_ ending: Ending, usage: TokenUsage) -> GenerationResult {
        var ending = ending
        let remaining = output.finish()
        if ending.reason == .length, let match = output.match { ending = Ending(reason: .stop, cause: .string(match)) }
        return GenerationResult(
            finishReason: ending.reason, stopCause: ending.cause, remainingText: remaining, seed: sampler.seed,
            usage: usage, speculation: speculation,
            timings: stopwatch.timings(usage, loadSeconds: job.loadSeconds))
    }
}
