import HTTPTypes
import Hummingbird
import Logging

/// One line of the log and one count in the metrics for each request, when its answer has left. Nothing of what it says.
struct AccessLogMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let metrics: ServerMetrics

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let span = RequestSpan(metrics, context.logger, method: request.method.rawValue)
        var response = try await next(request, context)
        span.answer(endpoint: context.endpointPath ?? "", status: response.status.code)
        let body = response.body
        response.body = ResponseBody(contentLength: body.contentLength) { writer in
            try await body.write(writer)
            span.complete()
        }
        return response
    }
}
