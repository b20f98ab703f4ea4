import ArgumentParser
import DeepSeekServer
import Foundation

/// How the server listens, whom it answers, and for how long.
struct ServerOptions: ParsableArguments {
    @Option(help: "A YAML file of these options by their names, such as \"port: 8000\".") var config: String?
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port to listen on; 0 for one that is free.") var port = 8_000
    @Option(help: "The model's name for clients; by default that of its folder.") var modelName: String?
    @Option(help: "A further name of the model; may be repeated.") var alias: [String] = []

    @Flag(
        inversion: .prefixedNo, exclusivity: .chooseLast,
        help: "Ask for API keys, and keep accounts, limits and usage ('deepseek admin' makes them).")
    var platform = false
    @Option(help: "The platform's database; by default platform.sqlite in the state directory.") var database: String?
    @Option(help: "The currency of prices and balances.") var currency = "USD"

    @Option(help: "A name that the server is called by, besides those of this machine's loopback; may be repeated.")
    var allowedHost: [String] = []
    @Option(help: "An origin whose pages may use the server (CORS), such as https://chat.example.org; may be repeated.")
    var corsOrigin: [String] = []
    @Option(help: "A PEM file with the certificate chain, for HTTPS.") var tlsCertificate: String?
    @Option(help: "A PEM file with the certificate's key.") var tlsKey: String?
    @Option(help: "The bearer key of /metrics; without it, a platform shows none.") var metricsKey: String?

    @Option(help: "Tokens of an answer where a request sets no limit; by default the rest of the context, or 4096.")
    var defaultMaxTokens: Int?
    @Option(help: "Temperature where a request sets none; by default the model's, or 1 with --platform.")
    var defaultTemperature: Double?
    @Option(help: "Seconds from a request to the end of its answer at most, waiting included.")
    var requestTimeoutSeconds: Double?
    @Option(help: "Seconds between signs of life on a stream with nothing to send.") var keepAliveSeconds = 10.0
    @Option(help: "Seconds for a client to take what is sent to it.") var writeTimeoutSeconds = 60.0
    @Option(help: "Seconds for a request's body to arrive.") var bodyTimeoutSeconds = 60.0
    @Option(help: "Seconds for the next request on a connection to come.") var idleTimeoutSeconds = 75.0
    @Option(help: "Seconds that answers may go on when the server is told to end.") var drainSeconds = 30.0
    @Option(help: "Bytes of a request's body at most.") var maxBodyBytes = 8 << 20
    @Option(help: "Connections at once at most.") var maxConnections = 4_096

    /// By name, for files and the environment. A test holds it equal to the options of `deepseek serve`.
    static let settings: [String: SettingsSources.Kind] = {
        let values = [
            "host", "port", "model-name", "database", "currency", "tls-certificate", "tls-key", "metrics-key",
            "default-max-tokens", "default-temperature", "request-timeout-seconds", "keep-alive-seconds",
            "write-timeout-seconds", "body-timeout-seconds", "idle-timeout-seconds", "drain-seconds", "max-body-bytes",
            "max-connections", "model", "threads", "context", "dtype", "cache", "attention", "chunk", "speculate",
            "max-sequences", "max-queue", "token-budget", "pool-tokens", "context-cache", "context-cache-bytes",
            "log-level",
        ]
        var kinds = Dictionary(uniqueKeysWithValues: values.map { ($0, SettingsSources.Kind.value) })
        for name in ["alias", "allowed-host", "cors-origin"] { kinds[name] = .list }
        for name in ["platform", "batch-invariant"] { kinds[name] = .flag }
        return kinds
    }()

    func configuration() throws -> ServerConfiguration {
        var configuration = ServerConfiguration()
        (configuration.host, configuration.port) = (host, port)
        configuration.modelName = modelName
        configuration.aliases = Set(alias)
        if platform { configuration.database = database ?? PlatformStore.defaultPath() }
        configuration.currency = currency
        configuration.allowedHosts = Set(allowedHost)
        configuration.corsOrigins = Set(corsOrigin)
        switch (tlsCertificate, tlsKey) {
        case (let certificate?, let key?): configuration.tls = TLSFiles(certificate: certificate, key: key)
        case (nil, nil): break
        default: throw CommandError("--tls-certificate and --tls-key go together")
        }
        configuration.drainTime = .seconds(drainSeconds)
        configuration.api = api
        return configuration
    }

    private var api: APISettings {
        var api = APISettings()
        api.metricsKey = metricsKey
        api.defaultMaximumTokens = defaultMaxTokens ?? (platform ? 4_096 : nil)
        api.defaultTemperature = defaultTemperature ?? (platform ? 1 : nil)
        api.requestTime = requestTimeoutSeconds.map { .seconds($0) }
        api.keepAlive = .seconds(keepAliveSeconds)
        api.limits.writeTime = .seconds(writeTimeoutSeconds)
        api.limits.bodyTime = .seconds(bodyTimeoutSeconds)
        api.limits.idleTime = .seconds(idleTimeoutSeconds)
        api.limits.bodyBytes = maxBodyBytes
        api.limits.connections = maxConnections
        return api
    }

    func validate() throws {
        let seconds = [
            requestTimeoutSeconds ?? 1, keepAliveSeconds, writeTimeoutSeconds, bodyTimeoutSeconds, idleTimeoutSeconds,
            drainSeconds,
        ]
        guard seconds.allSatisfy({ (0...1_000_000).contains($0) }) else {
            throw ValidationError("times are from 0 to 1000000 seconds")
        }
        if let defaultMaxTokens, defaultMaxTokens < 1 {
            throw ValidationError("--default-max-tokens must be at least 1")
        }
        if let defaultTemperature, !(0...2).contains(defaultTemperature) {
            throw ValidationError("--default-temperature must be from 0 to 2")
        }
    }
}
