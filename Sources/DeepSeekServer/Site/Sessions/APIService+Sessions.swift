import HTTPTypes
import Hummingbird

extension APIService {
    /// The header that the site's own pages send. Other sites' pages can make a browser send its cookies, not this.
    static let siteHeader = HTTPField.Name("x-deepseek-site")

    /// The session of a request that comes from a page of the site; nil without one.
    ///
    /// - Throws: ``APIError`` `foreignHost` for a request with a cookie that another site's page may have sent.
    func session(of request: Request) async throws -> SiteSession? {
        guard let platform, let name = Self.sessionCookie(request) else { return nil }
        try Self.refuseForeign(request)
        return try await SessionStore(store: platform.store).find(name)
    }

    /// The same, for what only somebody who is signed in may do.
    func requireSession(_ request: Request) async throws -> (platform: Platform, session: SiteSession) {
        guard let platform else {
            throw APIError(.notFound, "this server keeps no accounts; 'deepseek serve --platform' does")
        }
        guard let session = try await session(of: request) else {
            throw APIError(.invalidKey, "nobody is signed in; sign in again")
        }
        return (platform, session)
    }

    /// Refuses what carries a cookie or changes something, unless it comes from a page of this server.
    static func refuseForeign(_ request: Request) throws(APIError) {
        let isRead = request.method == .get || request.method == .head
        let isMarked = siteHeader.flatMap { request.headers[$0] } != nil
        let origin = request.headers[.origin]
        let isOwn = origin.map { $0.hasSuffix("://" + (request.head.authority ?? "")) } ?? true
        guard isRead || isMarked, isOwn else {
            throw APIError(.foreignHost, "this may only be asked for by the pages of this server")
        }
    }

    static func sessionCookie(_ request: Request) -> String? {
        request.cookies[SessionStore.cookie].map(\.value)
    }
}
