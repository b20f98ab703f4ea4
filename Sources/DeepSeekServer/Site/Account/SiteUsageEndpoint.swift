import DeepSeekCharts
import DeepSeekJSON
import HTTPTypes
import Hummingbird

/// `/site/usage` and `/site/usage.svg`: what the account of whoever is signed in used of late, as a table and a picture.
struct SiteUsageEndpoint: Sendable {
    private static let days = 30

    let service: APIService

    func table(_ request: Request, _ context: APIContext) async throws -> Response {
        let lines = try await lines(request)
        return .json([
            "days": .array(
                lines.reversed().map {
                    [
                        "day": .string($0.day), "model": .string($0.model), "requests": .integer($0.requests),
                        "cache_hit_tokens": .integer($0.cacheHitTokens),
                        "cache_miss_tokens": .integer($0.promptTokens - $0.cacheHitTokens),
                        "output_tokens": .integer($0.completionTokens), "cost": .string($0.cost.description),
                    ]
                })
        ])
    }

    func chart(_ request: Request, _ context: APIContext) async throws -> Response {
        let lines = try await lines(request)
        let days = Self.lastDays(until: now)
        func series(_ name: String, _ value: (UsageReport.Line) -> Int) -> Chart.Series {
            Chart.Series(
                name,
                days.enumerated().map { place, day in
                    let sum = lines.filter { $0.day == day }.reduce(0) { $0 + value($1) }
                    return .init(x: Double(place), y: Double(sum))
                })
        }
        let chart = Chart(
            title: "Tokens per day", yLabel: "tokens",
            // Every fifth day has its name, so that they do not run into each other.
            horizontal: .names(days.enumerated().map { $0 % 5 == 4 ? String($1.dropFirst(5)) : "" }),
            series: [
                series("from the cache") { $0.cacheHitTokens }, series("read") { $0.promptTokens - $0.cacheHitTokens },
                series("written") { $0.completionTokens },
            ])
        var response = Response.text(chart.svg, type: "image/svg+xml")
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private var now: Int { service.platform?.store.now() ?? 0 }

    private func lines(_ request: Request) async throws -> [UsageReport.Line] {
        let (platform, session) = try await service.requireSession(request)
        return try UsageReport(platform.store).lines(
            account: session.account.id, from: Self.lastDays(until: now).first)
    }

    private static func lastDays(until now: Int) -> [String] {
        (0..<days).reversed().map { PlatformStore.day(now - $0 * 86_400) }
    }
}
