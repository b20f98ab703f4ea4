import DeepSeekInference
import DeepSeekJSON
import Foundation
import Hummingbird

/// `POST /chat/completions`.
struct ChatCompletionsEndpoint: Sendable {
    let service: APIService

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try await service.caller(of: request)
        let body = try ChatCompletionRequest(await JSONBody.read(request, limits: service.settings.limits))
        let model = try service.host.require()
        try model.check(body.answer.model)
        let tools = body.tools.offered.isEmpty ? nil : body.tools.offered
        let prompt =
            body.continuesLast
            ? try model.format.ids(continuing: body.messages, tools: tools)
            : try model.format.ids(messages: body.messages, tools: tools)
        let form = tools == nil ? nil : model.format.toolCallForm
        let job = try await service.job(
            [prompt], answer: body.answer, sampling: body.sampling,
            constraint: form.flatMap { body.tools.constraint($0) } ?? body.constraint,
            // Calls may be written with special tokens.
            showsSpecialTokens: form == .deepSeek, endpoint: "chat/completions", caller: caller, model: model,
            context: context)
        let format = ChatCompletionFormat(
            body, id: Identifier.make("chatcmpl-"), created: Int(Date().timeIntervalSince1970), model: model,
            form: form)
        return try await AnswerDelivery(service: service, context: context)
            .respond(to: job, format: format, streamed: body.answer.stream)
    }
}
