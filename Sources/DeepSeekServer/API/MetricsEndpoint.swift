import Crypto
import Foundation
import Hummingbird

/// `GET /metrics`, in Prometheus' text format.
struct MetricsEndpoint: Sendable {
    let service: APIService

    func respond(_ request: Request, _ context: APIContext) throws -> Response {
        if let key = service.settings.metricsKey {
            // Digests of equal length, so that the comparison tells nothing of the key.
            let wanted = SHA256.hash(data: Data("Bearer \(key)".utf8))
            guard SHA256.hash(data: Data((request.headers[.authorization] ?? "").utf8)) == wanted else {
                throw KeyStore.refusal
            }
        } else if service.platform != nil {
            throw APIError(.notFound, "a platform shows its metrics to those who know metrics-key, and none is set")
        }
        let text = service.metrics.text(answers: service.answers.count, engine: service.host.model?.language.figures)
        return .text(text, type: "text/plain; version=0.0.4; charset=utf-8")
    }
}
