import DeepSeekConstraints
import DeepSeekInference
import HTTPTypes
import Hummingbird

/// What the endpoints share.
package final class APIService: Sendable {
    package let settings: APISettings
    package let host: ModelHost
    package let metrics = ServerMetrics()
    package let answers = ActiveAnswers()
    /// Nil on an open server.
    package let platform: Platform?

    package init(settings: APISettings, host: ModelHost, platform: Platform?) {
        self.settings = settings
        self.host = host
        self.platform = platform
    }

    /// Of the engine; nothing before the model is loaded.
    package var figures: EngineFigures { host.model?.language.figures ?? EngineFigures() }

    /// Who sends a request, by a key or by a session of the site; nil on an open server.
    ///
    /// - Throws: ``APIError`` `invalidKey`, or `foreignHost` for a session's cookie from another site's page.
    func caller(of request: Request) async throws -> Caller? {
        if request.headers[.authorization] == nil, let session = try await session(of: request) {
            return session.caller
        }
        return try await platform?.caller(authorization: request.headers[.authorization])
    }

    /// Makes a request to the model of what a client asked for: with the server's defaults, checked, and let in.
    ///
    /// - Parameter prompts: each with the constraint of its answers.
    /// - Throws: ``APIError`` or `InferenceError` for what cannot be answered, and what ``Platform/admit`` throws.
    func job(
        _ prompts: [[Int32]], answer: AnswerFields, sampling: SamplingParameters, constraint: OutputConstraint? = nil,
        showsSpecialTokens: Bool = false, endpoint: String, caller: Caller?, model: ServedModel, context: APIContext
    ) async throws -> AnswerJob {
        var sampling = sampling
        sampling.maximumTokens = answer.maximumTokens ?? settings.defaultMaximumTokens
        sampling.temperature = sampling.temperature ?? settings.defaultTemperature
        let deadline = settings.requestTime.map { ContinuousClock.now + $0 }
        var requests: [GenerationRequest] = []
        for prompt in prompts {
            let request = GenerationRequest(
                prompt: prompt, sampling: sampling, constraint: constraint, skipsSpecialTokens: !showsSpecialTokens,
                tenant: caller?.accountID, isIsolated: caller != nil, deadline: deadline)
            try model.language.validate(request)
            for choice in 0..<answer.choices {
                var request = request
                // The same seed gives the same choices, and each choice is another answer.
                request.sampling.seed = sampling.seed.map { $0 &+ UInt64(choice) }
                requests.append(request)
            }
        }
        let account: UsageEntry? =
            if let platform, let caller {
                try await platform.admit(
                    caller, requestID: context.requestID, model: model.id, endpoint: endpoint,
                    promptTokens: prompts.reduce(0) { $0 + $1.count })
            } else { nil }
        return AnswerJob(
            endpoint: endpoint, model: model.language, requests: requests, choicesPerPrompt: answer.choices,
            account: account)
    }
}
