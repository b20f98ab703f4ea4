import DeepSeekJSON
import Hummingbird

/// `GET /user/balance`, and `GET /user/usage` with the usage of the caller's account by day, key and model.
struct BalanceEndpoint: Sendable {
    let service: APIService

    func balance(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, caller) = try await identify(request)
        return .json(try await platform.balance(caller).json(currency: platform.currency))
    }

    func usage(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, caller) = try await identify(request)
        let parameters = request.uri.queryParameters
        let (from, to) = (parameters["from"].map(String.init), parameters["to"].map(String.init))
        for (name, day) in [("from", from), ("to", to)] {
            guard let day, !UsageReport.isDay(day) else { continue }
            throw APIError(.invalidValue, "\(name) must be a day such as 2026-11-25", parameter: name)
        }
        let lines = try UsageReport(platform.store).lines(account: caller.accountID, from: from, to: to)
        return .json([
            "object": "list", "currency": .string(platform.currency), "data": .array(lines.map(\.json)),
        ])
    }

    private func identify(_ request: Request) async throws -> (Platform, Caller) {
        guard let platform = service.platform, let caller = try await service.caller(of: request) else {
            throw APIError(.notFound, "this server keeps no accounts; 'deepseek serve --platform' does")
        }
        return (platform, caller)
    }
}
