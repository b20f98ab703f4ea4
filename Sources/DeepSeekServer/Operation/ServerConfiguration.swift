/// How a server runs.
package struct ServerConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes one that is free.
    package var port = 8_000
    /// The name of the model; nil takes that of its folder.
    package var modelName: String?
    package var aliases: Set<String> = []
    /// The database of accounts, keys and usage; nil for an open server.
    package var database: String?
    /// To wait for others who write into it.
    package var databaseBusySeconds = 5.0
    package var currency = "USD"
    /// Names under which the server may be called, besides those of loopback.
    package var allowedHosts: Set<String> = []
    package var corsOrigins: Set<String> = []
    package var tls: TLSFiles?
    package var api = APISettings()
    /// For answers that are under way when the server has to end.
    package var drainTime = Duration.seconds(30)

    package init() {}

    package var isOpen: Bool { database == nil }

    /// The name that a folder gives a model.
    package static func modelName(folder: String) -> String {
        let name = folder.split(separator: "/").last.map(String.init) ?? ""
        return name.isEmpty || name == "." || name == ".." ? "default" : name
    }

    /// - Throws: ``ServerError`` that names the option at fault.
    package func validate() throws(ServerError) {
        guard (0...65_535).contains(port) else { throw ServerError("port is \(port); it must be between 0 and 65535") }
        let isLoopback = ["127.0.0.1", "::1", "localhost"].contains(host)
        guard !isOpen || isLoopback || !allowedHosts.isEmpty else {
            throw ServerError(
                "an open server that listens on \(host) would answer whoever reaches it; use --platform so that it "
                    + "asks for keys, or name the hosts it is called by with --allowed-host")
        }
        for origin in corsOrigins where !origin.contains("://") || origin.hasSuffix("/") {
            throw ServerError("cors-origin \"\(origin)\" must be a scheme and a host, such as https://chat.example.org")
        }
        guard api.limits.bodyBytes > 0, api.limits.connections > 0 else {
            throw ServerError("max-body-bytes and max-connections must be at least 1")
        }
        for (name, time) in [
            ("keep-alive-seconds", api.keepAlive), ("write-timeout-seconds", api.limits.writeTime),
            ("idle-timeout-seconds", api.limits.idleTime), ("body-timeout-seconds", api.limits.bodyTime),
            ("request-timeout-seconds", api.requestTime ?? .seconds(1)),
        ] where time <= .zero {
            throw ServerError("\(name) must be more than 0")
        }
    }
}
