import DeepSeekJSON
import HTTPTypes
import Hummingbird

/// `/site/session`: who is signed in, signing in and signing out.
struct SessionEndpoint: Sendable {
    private static let attempts = KeyLimits(requestsPerMinute: 6, concurrentRequests: 2)
    /// Counts attempts by account name, so that nobody tries many passwords. Names share so many places that one is
    /// rarely kept waiting by another, and whoever makes names up fills no memory.
    private let limiter = RateLimiter()
    private static let places = 4_096

    let service: APIService

    init(service: APIService) { self.service = service }

    /// What a page has to know before anything else.
    func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let session = try await service.session(of: request)
        var account = JSONValue.null
        if let session, let platform = service.platform {
            let balance = try await platform.balance(session.caller)
            account = [
                "name": .string(session.account.name),
                "balance": .string(
                    "\(balance.total) \(platform.currency)"
                        + (balance.freeTokens > 0 ? " + \(balance.freeTokens) free tokens" : "")),
            ]
        }
        return .json([
            "accounts": .bool(service.platform != nil), "account": account,
            "model": service.host.model.map { .string($0.id) } ?? .null,
        ])
    }

    func signIn(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let platform = service.platform else {
            throw APIError(.notFound, "this server keeps no accounts; 'deepseek serve --platform' does")
        }
        try APIService.refuseForeign(request)
        let fields = try await JSONBody.read(request, limits: service.settings.limits)
        try fields.refuseOthers(than: ["name", "password"])
        guard let name = try fields.string("name"), let password = try fields.string("password") else {
            throw APIError(.missingField, "name and password are needed", parameter: "name")
        }
        guard name.utf8.count <= 200, password.utf8.count <= PasswordStore.lengths.upperBound else {
            throw APIError(.invalidValue, "the name or the password is too long", parameter: "password")
        }
        let place = String(UInt(bitPattern: name.hashValue) % UInt(Self.places))
        let lease = try limiter.enter(Caller(accountID: "", keyID: place, limits: Self.attempts))
        let account = try await PasswordStore(platform.store).check(name: name, password: password)
        withExtendedLifetime(lease) {}
        guard let account else { throw APIError(.invalidKey, "the name or the password is not right") }
        let sessions = SessionStore(store: platform.store)
        // A name that the browser brought along is never taken over.
        if let old = APIService.sessionCookie(request) { try await sessions.close(old) }
        let session = try await sessions.open(account)
        return cookie(session, lifetime: SessionStore.lifetime, request)
    }

    func signOut(_ request: Request, _ context: APIContext) async throws -> Response {
        try APIService.refuseForeign(request)
        if let platform = service.platform, let session = APIService.sessionCookie(request) {
            try await SessionStore(store: platform.store).close(session)
        }
        return cookie("", lifetime: 0, request)
    }

    private func cookie(_ value: String, lifetime: Int, _ request: Request) -> Response {
        // Behind a proxy the connection that counts is the one to the proxy.
        let isSecure = service.settings.isSecure || request.headers[Self.forwarded] == "https"
        var response = Response.json(["ok": true])
        response.setCookie(
            Cookie(
                name: SessionStore.cookie, value: value, maxAge: lifetime, path: "/", secure: isSecure, httpOnly: true,
                sameSite: .strict))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static let forwarded: HTTPField.Name = {
        guard let name = HTTPField.Name("x-forwarded-proto") else {
            preconditionFailure("a constant of this file is no field's name")
        }
        return name
    }()
}
