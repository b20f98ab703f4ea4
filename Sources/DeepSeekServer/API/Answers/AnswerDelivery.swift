import DeepSeekInference
import DeepSeekJSON
import Hummingbird
import Logging

/// Takes answers from the model to the client, streamed or whole.
struct AnswerDelivery: Sendable {
    let service: APIService
    let context: APIContext

    func respond(to job: AnswerJob, format: some AnswerFormat, streamed: Bool) async throws -> Response {
        streamed ? try await stream(job, format) : try await whole(job, format)
    }

    // MARK: Whole

    private func whole(_ job: AnswerJob, _ format: some AnswerFormat) async throws -> Response {
        let feed = AnswerFeed(job.requests.map { job.model.generate($0) }, interval: nil)
        let entry = try service.answers.enter { [weak feed] in feed?.cancel() }
        let watch = await ClientConnection.of(context.channel)?.watch { [weak feed] in feed?.cancel() }
        defer { withExtendedLifetime((entry, watch, feed)) {} }
        var progress = AnswerProgress(choices: job.requests.count)
        var tokens: [[GeneratedToken]] = Array(repeating: [], count: job.requests.count)
        do {
            for try await case .event(let event, let choice) in feed.items {
                switch event {
                case .token(let token):
                    progress.noteToken(choice: choice)
                    tokens[choice].append(token)
                case .finished(let result): progress.noteEnd(result, choice: choice)
                }
            }
        } catch {
            await close(job, &progress, .failed)
            throw error
        }
        let isWhole = progress.isComplete && !progress.isCancelled
        await close(job, &progress, isWhole ? .done : .cancelled)
        guard isWhole else {
            if service.answers.isStopping || Task.isCancelled { throw ActiveAnswers.refusal }
            return Response(status: .clientClosedRequest)
        }
        let answers = zip(tokens, progress.results).compactMap { tokens, result in
            result.map { result in
                let text = tokens.map { $0.text ?? "" }.joined() + (result.remainingText ?? "")
                return GeneratedAnswer(
                    tokens: tokens, text: result.remainingText == nil ? nil : text, result: result)
            }
        }
        return .json(format.whole(answers, job.usage(answers.map(\.result.usage))))
    }

    // MARK: Streamed

    private func stream(_ job: AnswerJob, _ format: some AnswerFormat) async throws -> Response {
        let channel = context.channel
        let stall = StallWatch(limit: service.settings.limits.writeTime) { channel.close(promise: nil) }
        let feed = AnswerFeed(
            job.requests.map { job.model.generate($0) }, interval: service.settings.keepAlive, onTick: stall.check)
        let entry = try service.answers.enter { [weak feed] in feed?.cancel() }
        let watch = await ClientConnection.of(channel)?.watch { [weak feed] in feed?.cancel() }
        do {
            try await feed.begin()
        } catch {
            var progress = AnswerProgress(choices: job.requests.count)
            await close(job, &progress, .failed)
            throw error
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache",
                // Proxies of the nginx kind would collect the events otherwise.
                .xAccelBuffering: "no",
            ],
            body: ResponseBody { writer in
                var output = EventStreamOutput(writer: writer, stall: stall)
                defer { withExtendedLifetime((entry, watch)) {} }
                try await pass(feed, to: &output, job, format)
                try await output.finish()
            })
    }

    private func pass(
        _ feed: AnswerFeed, to output: inout EventStreamOutput, _ job: AnswerJob, _ start: some AnswerFormat
    ) async throws {
        var format = start
        var progress = AnswerProgress(choices: job.requests.count)
        do {
            try await output.write(format.begin())
            for try await item in feed.items {
                switch item {
                case .tick: try await output.keepAlive()
                case .event(.token(let token), let choice):
                    progress.noteToken(choice: choice)
                    try await job.account?.note(completionTokens: progress.tokens)
                    try await output.write(format.token(token, choice: choice))
                case .event(.finished(let result), let choice):
                    progress.noteEnd(result, choice: choice)
                    let events = result.finishReason == .cancelled ? [] : format.end(result, choice: choice)
                    guard progress.isComplete, !progress.isCancelled else {
                        try await output.write(events)
                        continue
                    }
                    // The row is on the disk before the client can know that it has everything.
                    await close(job, &progress, .done)
                    let usage = job.usage(progress.results.compactMap { $0?.usage })
                    try await output.write(events + format.finish(usage))
                }
            }
            if progress.isComplete, !progress.isCancelled { return }
            await close(job, &progress, .cancelled)
            try await output.write([ServerSentEvent(ActiveAnswers.refusal.json)])
        } catch {
            feed.cancel()
            await close(job, &progress, output.isBroken ? .cancelled : .failed)
            guard !output.isBroken else { throw error }
            let refusal = APIError(describing: error) ?? unknown(error)
            try await output.write([ServerSentEvent(refusal.json)])
        }
    }

    private func unknown(_ error: any Error) -> APIError {
        if error is CancellationError { return ActiveAnswers.refusal }
        context.logger.error("an answer failed", metadata: ["error": .string(String(describing: error))])
        return APIError(
            .serverError, "something went wrong in the server; its log has more under \(context.requestID)")
    }

    // MARK: The end

    /// Writes down how a request ended: in the books, the metrics and the log. Only the first time counts.
    private func close(_ job: AnswerJob, _ progress: inout AnswerProgress, _ state: UsageState) async {
        guard !progress.isClosed else { return }
        progress.isClosed = true
        let usage: TokenUsage
        if progress.isComplete {
            usage = job.usage(progress.results.compactMap { $0?.usage })
        } else {
            usage = TokenUsage(
                promptTokens: progress.tokens == 0 ? 0 : job.promptTokens, completionTokens: progress.tokens,
                promptCacheHitTokens: 0)
        }
        do {
            try await job.account?.close(usage, state)
        } catch {
            // The row stays open, and the next start closes it with the tokens that were sent.
            context.logger.error("a usage row stays open", metadata: ["error": .string(String(describing: error))])
        }
        service.metrics.answered(usage: usage, progress: progress, state: state)
        context.logger.info(
            "answer",
            metadata: [
                "endpoint": .string(job.endpoint), "state": .string(state.rawValue),
                "prompt_tokens": .stringConvertible(usage.promptTokens),
                "cached_tokens": .stringConvertible(usage.promptCacheHitTokens),
                "completion_tokens": .stringConvertible(usage.completionTokens),
            ])
    }
}
