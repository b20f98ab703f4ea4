import HTTPTypes
import Hummingbird

/// Lets pages of the listed origins use the server from a browser (CORS). No credentials: keys are sent by hand.
struct CrossOriginMiddleware: RouterMiddleware {
    typealias Context = APIContext

    /// Such as `https://chat.example.org`.
    let origins: Set<String>

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains(origin) else {
            return try await next(request, context)
        }
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            return Response(
                status: .noContent,
                headers: [
                    .accessControlAllowOrigin: origin, .vary: "Origin",
                    .accessControlAllowMethods: "GET, POST, OPTIONS",
                    .accessControlAllowHeaders: request.headers[.accessControlRequestHeaders]
                        ?? "authorization, content-type",
                    .accessControlMaxAge: "600",
                ])
        }
        var response = try await next(request, context)
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.vary] = "Origin"
        response.headers[.accessControlExposeHeaders] = "x-request-id, retry-after"
        return response
    }
}
