import DeepSeekInference
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle

/// A server for one model: the API, and a platform if its configuration has one.
package struct InferenceServer: Sendable {
    private let configuration: ServerConfiguration
    private let logger: Logger
    package let service: APIService

    /// Beyond the drain, for answers to leave; then connections are cut.
    private static let grace = Duration.seconds(10)

    /// - Throws: ``ServerError`` for a configuration that cannot be, or `PlatformError`.
    package init(_ configuration: ServerConfiguration, logger: Logger) throws {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        let platform = try configuration.database.map {
            try Platform(
                PlatformStore(path: $0, busySeconds: configuration.databaseBusySeconds),
                currency: configuration.currency)
        }
        var settings = configuration.api
        settings.isSecure = configuration.tls != nil
        service = APIService(settings: settings, host: ModelHost(), platform: platform)
    }

    /// Serves until the process is told to end (SIGTERM, SIGINT), and then finishes what is under way.
    ///
    /// - Parameters:
    ///   - onListening: gets the port.
    ///   - load: opens the model, on a thread of its own, while the server already answers.
    /// - Throws: what the loading throws, and what keeps the server from listening.
    package func run(
        onListening: @escaping @Sendable (Int) -> Void, load: @escaping @Sendable () throws -> LanguageModel
    ) async throws {
        // A terminal that closes is no reason to end, and keys and limits are read anew for each request anyway.
        signal(SIGHUP, SIG_IGN)
        try await recover()
        let loader = ModelLoader(host: service.host, logger: logger) { [configuration] in
            let model = try load()
            return try ServedModel(
                model, id: configuration.modelName ?? ServerConfiguration.modelName(folder: model.folder),
                aliases: configuration.aliases)
        }
        let application = try application(onListening: onListening)
        let drain = Drain(answers: service.answers, time: configuration.drainTime, logger: logger)
        var group = ServiceGroupConfiguration(
            // They are told to end from the last to the first.
            services: [loader, application, drain], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = configuration.drainTime + Self.grace
        group.maximumCancellationDuration = Self.grace
        try await ServiceGroup(configuration: group).run()
    }

    /// Closes what the process before this one left open.
    package func recover() async throws {
        guard let platform = service.platform else { return }
        let cut = try await platform.recover()
        if cut > 0 {
            logger.notice(
                "closed requests that an earlier process left open", metadata: ["requests": .stringConvertible(cut)])
        }
    }

    /// What answers HTTP.
    package func application(
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> Application<RouterResponder<APIContext>> {
        let limits = configuration.api.limits
        return Application(
            router: router, server: try server,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), backlog: 1_024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) }, logger: logger)
    }

    private var router: Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: AccessLogMiddleware(metrics: service.metrics))
        if !configuration.corsOrigins.isEmpty {
            router.add(middleware: CrossOriginMiddleware(origins: configuration.corsOrigins))
        }
        router.add(middleware: ErrorMiddleware())
        if configuration.isOpen || !configuration.allowedHosts.isEmpty {
            router.add(
                middleware: HostGuardMiddleware(
                    hosts: HostGuardMiddleware.loopback.union(configuration.allowedHosts.map { $0.lowercased() }),
                    origins: configuration.corsOrigins))
        }
        Routes(service).add(to: router)
        return router
    }

    private var server: HTTPServerBuilder {
        get throws {
            let limits = configuration.api.limits
            let http = HTTPServerBuilder.http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ClientConnection()],
                    idleTimeout: .nanoseconds(limits.idleTime.nanoseconds),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: 2 * limits.headerBytes,
                        maxHeaderFieldCount: limits.headerCount)))
            guard let tls = configuration.tls else { return http }
            return try .tls(http, tlsConfiguration: try tls.configuration())
        }
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
