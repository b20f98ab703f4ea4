import DeepSeekJSON
import Hummingbird

/// `GET /models` and `GET /models/{model}`.
struct ModelsEndpoint: Sendable {
    let service: APIService

    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await service.caller(of: request)
        let model = try service.host.require()
        return .json(["object": "list", "data": [model.json]])
    }

    func one(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await service.caller(of: request)
        let name = context.parameters.get("model") ?? ""
        let model = try service.host.require()
        try model.check(name.removingPercentEncoding ?? name)
        return .json(model.json)
    }
}
