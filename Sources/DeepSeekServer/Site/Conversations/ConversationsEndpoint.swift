import DeepSeekJSON
import Hummingbird

/// `/site/conversations`: what the pages keep for somebody who is signed in.
struct ConversationsEndpoint: Sendable {
    let service: APIService

    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let all = try await ConversationStore(store: platform.store).list(account: session.account.id)
        return .json([
            "conversations": .array(
                all.map { ["id": .string($0.id), "title": .string($0.title), "updated": .integer($0.updated)] })
        ])
    }

    func load(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let id = try id(context)
        guard let body = try await ConversationStore(store: platform.store).load(id, account: session.account.id)
        else { throw APIError(.notFound, "there is no such conversation") }
        return .text(body, type: "application/json")
    }

    func save(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        let id = try id(context)
        var limits = service.settings.limits
        limits.bodyBytes = min(limits.bodyBytes, ConversationStore.maximumBytes)
        let fields = try await JSONBody.read(request, limits: limits)
        guard try fields.string("id") == id else {
            throw APIError(.invalidValue, "id must be that of the path", parameter: "id")
        }
        let title = try fields.string("title") ?? ""
        guard title.utf8.count <= 1_000 else { throw APIError(.invalidValue, "title is too long", parameter: "title") }
        let updated = try fields.integer("updated", in: 0...(1 << 53)) ?? 0
        try await ConversationStore(store: platform.store).save(
            .init(id: id, title: title, updated: updated), body: JSONValue.object(fields.members).serialized(),
            account: session.account.id)
        return .json(["ok": true])
    }

    func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        let (platform, session) = try await service.requireSession(request)
        try await ConversationStore(store: platform.store).remove(try id(context), account: session.account.id)
        return .json(["ok": true])
    }

    /// Names that the pages make: letters and digits.
    private func id(_ context: APIContext) throws -> String {
        let id = context.parameters.get("id") ?? ""
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ UInt8(ascii: "-") == $0 || isAlphanumeric($0) })
        else { throw APIError(.invalidValue, "a conversation's id is 1 to 64 letters and digits", parameter: "id") }
        return id
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
