import DeepSeekInference
import DeepSeekJSON
import Foundation
import Hummingbird

/// `POST /responses`.
struct ResponsesEndpoint: Sendable {
    let service: APIService

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try await service.caller(of: request)
        let body = try ResponsesRequest(await JSONBody.read(request, limits: service.settings.limits))
        let model = try service.host.require()
        try model.check(body.model)
        let answer = AnswerFields(model: body.model, stream: body.stream, maximumTokens: body.maximumTokens)
        let job = try await service.job(
            [try model.format.ids(messages: body.messages)], answer: answer, sampling: body.sampling,
            constraint: body.constraint, endpoint: "responses", caller: caller, model: model, context: context)
        let format = ResponsesFormat(
            body, id: Identifier.make("resp_"), created: Int(Date().timeIntervalSince1970), model: model)
        return try await AnswerDelivery(service: service, context: context)
            .respond(to: job, format: format, streamed: body.stream)
    }
}
