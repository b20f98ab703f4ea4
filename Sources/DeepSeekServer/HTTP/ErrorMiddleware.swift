import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns errors into answers. What is not meant for a client goes to the log, and the client learns the request's name.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = APIContext

    /// How long a refused body may go on arriving, so that the client reads the answer before the connection ends.
    private static let lingering = TimeAmount.seconds(2)

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let refusal = Self.refusal(of: error, request, context)
            response = .refusal(refusal)
            if refusal.code == .bodyTooLarge || refusal.code == .requestTimeout {
                response.headers[.connection] = "close"
                let channel = context.channel
                channel.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
            }
        }
        response.headers[.requestID] = context.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        // A body after the answer to HEAD would be read as the next answer.
        if request.method == .head { response.body = ResponseBody() }
        return response
    }

    static func refusal(of error: any Error, _ request: Request, _ context: APIContext) -> APIError {
        if let refusal = APIError(describing: error) { return refusal }
        if let error = error as? HTTPError, error.status == .notFound {
            return APIError(.notFound, "there is no \(request.uri.path.prefix(200)) here; /openapi.json lists what is")
        }
        if error is CancellationError {
            return APIError(.shuttingDown, "the server is shutting down; try again", retryAfter: 5)
        }
        context.logger.error("a request failed", metadata: ["error": .string(String(describing: error))])
        return APIError(
            .serverError, "something went wrong in the server; its log has more under \(context.requestID)")
    }
}
