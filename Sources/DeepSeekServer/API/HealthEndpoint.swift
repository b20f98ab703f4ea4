import DeepSeekJSON
import HTTPTypes
import Hummingbird

/// `GET /health`: the process answers. `GET /ready`: it can take requests for the model.
struct HealthEndpoint: Sendable {
    let service: APIService

    func health(_ request: Request, _ context: APIContext) -> Response { .json(["status": "ok"]) }

    func ready(_ request: Request, _ context: APIContext) throws -> Response {
        guard !service.answers.isDraining else { throw ActiveAnswers.refusal }
        let model = try service.host.require()
        return .json(["status": "ready", "model": .string(model.id)])
    }
}
