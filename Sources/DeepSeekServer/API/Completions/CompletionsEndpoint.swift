import DeepSeekInference
import DeepSeekJSON
import Foundation
import Hummingbird

/// `POST /completions`.
struct CompletionsEndpoint: Sendable {
    let service: APIService

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try await service.caller(of: request)
        let body = try CompletionRequest(await JSONBody.read(request, limits: service.settings.limits))
        let model = try service.host.require()
        try model.check(body.answer.model)
        let prompts = try body.prompts.map { try ids($0, body, model) }
        let job = try await service.job(
            prompts, answer: body.answer, sampling: body.sampling, constraint: body.constraint,
            endpoint: "completions", caller: caller, model: model, context: context)
        let format = CompletionFormat(
            body, id: Identifier.make("cmpl-"), created: Int(Date().timeIntervalSince1970), model: model,
            echoes: body.echo ? try await echoes(prompts, body, model, context) : [])
        if body.scoresOnly { return try await scored(job, format) }
        return try await AnswerDelivery(service: service, context: context)
            .respond(to: job, format: format, streamed: body.answer.stream)
    }

    private func ids(_ prompt: CompletionPrompt, _ body: CompletionRequest, _ model: ServedModel) throws -> [Int32] {
        let plain: [Int32]
        switch prompt {
        case .ids(let ids): plain = ids
        case .text(let text):
            guard body.suffix == nil else {
                plain = model.tokenizer.encode(text, matchingSpecialTokens: false)
                break
            }
            plain = model.format.ids(text: text, matchingSpecialTokens: false)
        }
        guard let suffix = body.suffix else { return plain }
        guard let middle = FillInTheMiddle(model.tokenizer) else {
            throw APIError(
                .invalidValue, "the served model has no tokens for filling a gap, so it takes no suffix",
                parameter: "suffix")
        }
        let ids = middle.prompt(
            prefix: plain, suffix: model.tokenizer.encode(suffix, matchingSpecialTokens: false))
        return (model.format.beginningOfSequence.map { [$0] } ?? []) + ids
    }

    private func echoes(
        _ prompts: [[Int32]], _ body: CompletionRequest, _ model: ServedModel, _ context: APIContext
    ) async throws -> [CompletionFormat.Echo] {
        let connection = await ClientConnection.of(context.channel)
        var echoes: [CompletionFormat.Echo] = []
        for (prompt, ids) in zip(body.prompts, prompts) {
            var scores: [TokenLogprobs?]?
            if let top = body.sampling.logprobs {
                scores = try await PromptScores.compute(model.language, ids, top: top, connection: connection)
            }
            let text: String
            switch prompt {
            case .text(let given): text = given
            case .ids(let given): text = model.tokenizer.decode(given)
            }
            // The beginning of sequence that was put before a text is not part of it.
            let isPrefixed = if case .text = prompt { ids.first == model.format.beginningOfSequence } else { false }
            echoes.append(
                CompletionFormat.Echo(
                    text: text, ids: isPrefixed ? Array(ids.dropFirst()) : ids,
                    scores: isPrefixed ? scores.map { Array($0.dropFirst()) } : scores))
        }
        return echoes
    }

    private func scored(_ job: AnswerJob, _ format: CompletionFormat) async throws -> Response {
        let usage = TokenUsage(promptTokens: job.promptTokens, completionTokens: 0, promptCacheHitTokens: 0)
        try await job.account?.close(usage, .done)
        return .json(format.scored(usage))
    }
}
