import DeepSeekJSON
import Hummingbird

/// `/site/keys`: the keys of whoever is signed in.
struct SiteKeysEndpoint: Sendable {
    /// More than anyone tells apart.
    private static let maximumCount = 100

    let service: APIService

    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let keys = try KeyStore(platform.store).list(account: session.account).filter { $0.revokedAt == nil }
        return .json([
            "keys": .array(
                keys.map {
                    [
                        "id": .string($0.id), "prefix": .string(KeySecret.prefix + $0.id), "name": .string($0.name),
                        "created": .integer($0.createdAt),
                    ]
                })
        ])
    }

    /// The answer is the one time that the key is shown.
    func make(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let fields = try await JSONBody.read(request, limits: service.settings.limits)
        try fields.refuseOthers(than: ["name"])
        guard let name = try fields.string("name"), !name.isEmpty, name.utf8.count <= 200 else {
            throw APIError(.invalidValue, "a key's name has 1 to 200 bytes", parameter: "name")
        }
        let keys = KeyStore(platform.store)
        guard try keys.list(account: session.account).count(where: { $0.revokedAt == nil }) < Self.maximumCount else {
            throw APIError(.quotaExceeded, "there are \(Self.maximumCount) keys already; revoke some")
        }
        // A key that is made here may do no more than the site itself.
        let made = try keys.create(session.account, name: name, limits: session.caller.limits)
        var response = Response.json(["id": .string(made.key.id), "key": .string(made.secret)])
        response.headers[.cacheControl] = "no-store"
        return response
    }

    func revoke(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let keys = KeyStore(platform.store)
        let id = context.parameters.get("id") ?? ""
        // Somebody else's key is as unknown as one that never was.
        guard let key = try keys.list(account: session.account).first(where: { $0.id == id }) else {
            throw APIError(.notFound, "there is no such key")
        }
        try keys.revoke(key)
        return .json(["ok": true])
    }
}
