import DeepSeekInference
import Synchronization

/// What the server counts of itself.
package final class ServerMetrics: Sendable {
    private struct Route: Hashable, Comparable {
        var endpoint: String
        var status: Int

        static func < (left: Route, right: Route) -> Bool {
            (left.endpoint, left.status) < (right.endpoint, right.status)
        }
    }

    private struct State {
        var requests: [Route: Int] = [:]
        var answers: [UsageState: Int] = [:]
        var promptTokens = 0
        var cacheHitTokens = 0
        var completionTokens = 0
        var active = 0
        var requestSeconds = Histogram([0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300])
        var firstTokenSeconds = Histogram([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
        var tokenSeconds = Histogram([0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1])
    }

    private let state = Mutex(State())

    package init() {}

    func requestCame() { state.withLock { $0.active += 1 } }

    /// - Parameter endpoint: the pattern of the path, not the path, of which clients could make any number.
    func requestWent(endpoint: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.active -= 1
            state.requests[Route(endpoint: endpoint, status: status), default: 0] += 1
            state.requestSeconds.observe(seconds)
        }
    }

    func answered(usage: TokenUsage, progress: AnswerProgress, state end: UsageState) {
        state.withLock { state in
            state.answers[end, default: 0] += 1
            state.promptTokens += usage.promptTokens
            state.cacheHitTokens += usage.promptCacheHitTokens
            state.completionTokens += usage.completionTokens
            if let time = progress.timeToFirstToken { state.firstTokenSeconds.observe(time / .seconds(1)) }
            for time in progress.timesPerToken { state.tokenSeconds.observe(time / .seconds(1)) }
        }
    }

    /// - Parameters:
    ///   - answers: being computed or waiting.
    ///   - engine: nil until the model is loaded.
    package func text(answers: Int, engine: EngineFigures?) -> String {
        let state = state.withLock { $0 }
        var text = PrometheusText()
        text.family("deepseek_ready", "gauge", "Whether the model is loaded.")
        text.sample("deepseek_ready", [], engine == nil ? 0 : 1)
        text.family("deepseek_http_requests_total", "counter", "Requests by path and status.")
        for (route, count) in state.requests.sorted(by: { $0.key < $1.key }) {
            text.sample(
                "deepseek_http_requests_total", [("path", route.endpoint), ("status", String(route.status))],
                Double(count))
        }
        text.family("deepseek_http_requests_active", "gauge", "Requests that are being answered.")
        text.sample("deepseek_http_requests_active", [], Double(state.active))
        text.family("deepseek_http_request_seconds", "histogram", "From a request's head to the end of its answer.")
        text.histogram("deepseek_http_request_seconds", [], state.requestSeconds)
        text.family("deepseek_answers_active", "gauge", "Requests to the model that wait or are computed.")
        text.sample("deepseek_answers_active", [], Double(answers))
        text.family("deepseek_answers_total", "counter", "Requests to the model by how they ended.")
        for (end, count) in state.answers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text.sample("deepseek_answers_total", [("state", end.rawValue)], Double(count))
        }
        for (name, help, count) in [
            ("prompt_tokens", "Tokens of prompts.", state.promptTokens),
            ("prompt_cache_hit_tokens", "Tokens of prompts that the cache held.", state.cacheHitTokens),
            ("completion_tokens", "Tokens of answers.", state.completionTokens),
        ] {
            text.family("deepseek_\(name)_total", "counter", help)
            text.sample("deepseek_\(name)_total", [], Double(count))
        }
        text.family("deepseek_time_to_first_token_seconds", "histogram", "From a request to its first token.")
        text.histogram("deepseek_time_to_first_token_seconds", [], state.firstTokenSeconds)
        text.family("deepseek_time_per_token_seconds", "histogram", "Between the tokens of an answer, on its average.")
        text.histogram("deepseek_time_per_token_seconds", [], state.tokenSeconds)
        if let engine { text.append(engine) }
        return text.text
    }
}
