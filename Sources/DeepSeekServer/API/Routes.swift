import HTTPTypes
import Hummingbird

/// The paths of the API. Each is there with `/v1` before it and without, and under `/beta` as the platform has it.
package struct Routes: Sendable {
    typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    struct Route: Sendable {
        var path: String
        var methods: [HTTPRequest.Method: Handler]
        /// Whether it is part of the versioned API.
        var isVersioned: Bool
    }

    static let prefixes = ["", "/v1", "/beta", "/beta/v1"]
    private static let methods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch, .query,
    ]

    let api: [Route]
    let site: [Route]

    init(_ service: APIService) {
        let models = ModelsEndpoint(service: service)
        let health = HealthEndpoint(service: service)
        let balance = BalanceEndpoint(service: service)
        func versioned(_ path: String, _ method: HTTPRequest.Method, _ handler: @escaping Handler) -> Route {
            Route(path: path, methods: [method: handler], isVersioned: true)
        }
        func plain(_ path: String, _ handler: @escaping Handler) -> Route {
            Route(path: path, methods: [.get: handler, .head: handler], isVersioned: false)
        }
        api = [
            versioned("/chat/completions", .post, ChatCompletionsEndpoint(service: service).respond),
            versioned("/completions", .post, CompletionsEndpoint(service: service).respond),
            versioned("/responses", .post, ResponsesEndpoint(service: service).respond),
            versioned("/models", .get, models.list),
            versioned("/models/{model}", .get, models.one),
            versioned("/embeddings", .post, EmbeddingsEndpoint(service: service).respond),
            versioned("/tokenize", .post, TokenizeEndpoint(service: service).respond),
            versioned("/user/balance", .get, balance.balance),
            versioned("/user/usage", .get, balance.usage),
            plain("/health", health.health),
            plain("/ready", health.ready),
            plain("/metrics", MetricsEndpoint(service: service).respond),
            plain("/openapi.json", OpenAPIDocument(service: service).respond),
        ]
        site = SiteRoutes(service).routes
    }

    /// The paths as the API's description has them.
    package static var described: [String] {
        let service = APIService(settings: APISettings(), host: ModelHost(), platform: nil)
        return Routes(service).api.map { ($0.isVersioned ? "/v1" : "") + $0.path }
    }

    func add(to router: Router<APIContext>) {
        for route in api + site {
            for prefix in route.isVersioned ? Self.prefixes : [""] {
                add(route, at: RouterPath(prefix + route.path), to: router)
            }
        }
    }

    private func add(_ route: Route, at path: RouterPath, to router: Router<APIContext>) {
        let allowed = Self.methods.filter { route.methods[$0] != nil }.map(\.rawValue).joined(separator: ", ")
        for method in Self.methods {
            if let handler = route.methods[method] {
                router.on(path, method: method, use: handler)
                continue
            }
            router.on(path, method: method) { _, _ -> Response in
                var refusal = APIError(.methodNotAllowed, "this path takes \(allowed), not \(method.rawValue)")
                refusal.allowed = allowed
                throw refusal
            }
        }
    }
}
