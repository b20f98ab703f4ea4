/// How the API answers.
package struct APISettings: Sendable, Hashable {
    package var limits = RequestLimits()
    /// Between signs of life on a stream that has nothing else to send.
    package var keepAlive = Duration.seconds(10)
    /// Tokens of an answer where the request names no limit; nil for what the context has room for.
    package var defaultMaximumTokens: Int?
    /// Where the request names none; nil for the model's own.
    package var defaultTemperature: Double?
    /// From the arrival of a request to the end of its answer, waiting included; nil for no limit.
    package var requestTime: Duration?
    /// Asked for by `/metrics`; nil leaves it to everybody on an open server, and to nobody on a platform.
    package var metricsKey: String?

    /// Whether clients come by HTTPS, so that cookies may be kept from plain connections.
    package var isSecure = false

    package init() {}
}
