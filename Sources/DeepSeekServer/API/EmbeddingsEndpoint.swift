import Hummingbird

/// `POST /embeddings`, refused: these are models that write.
struct EmbeddingsEndpoint: Sendable {
    let service: APIService

    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await service.caller(of: request)
        throw APIError(.unsupported, "this server has a language model, which makes no embeddings")
    }
}
