import HTTPTypes
import Hummingbird

/// Keeps the pages of other sites from using a server that asks for no key: a browser on the same machine would carry
/// their requests, under a name of theirs (DNS rebinding) or with their origin.
struct HostGuardMiddleware: RouterMiddleware {
    typealias Context = APIContext

    /// Names under which the server may be called, without ports.
    let hosts: Set<String>
    /// Origins that may call besides those of the hosts.
    let origins: Set<String>

    static let loopback: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let host = request.head.authority ?? ""
        guard hosts.contains(Self.name(host)) else {
            throw APIError(
                .foreignHost,
                "this server is not called \"\(host.prefix(200))\"; it answers to \(hosts.sorted().joined(separator: ", ")), "
                    + "and --allowed-host adds names")
        }
        if let origin = request.headers[.origin], !origins.contains(origin), !isOwn(origin) {
            throw APIError(
                .foreignHost, "pages of \(origin.prefix(200)) may not use this server; --cors-origin lets them")
        }
        return try await next(request, context)
    }

    private func isOwn(_ origin: String) -> Bool {
        guard let scheme = origin.firstRange(of: "://") else { return false }
        return hosts.contains(Self.name(String(origin[scheme.upperBound...])))
    }

    /// A host without its port, in lower case.
    static func name(_ authority: String) -> String {
        let authority = authority.lowercased()
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return authority.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? authority
    }
}
