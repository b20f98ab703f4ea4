import HTTPTypes
import Hummingbird

/// The paths of the chat site: its files, and what its pages call.
struct SiteRoutes: Sendable {
    let routes: [Routes.Route]

    init(_ service: APIService) {
        let session = SessionEndpoint(service: service)
        let conversations = ConversationsEndpoint(service: service)
        let keys = SiteKeysEndpoint(service: service)
        let usage = SiteUsageEndpoint(service: service)
        func route(_ path: String, _ methods: [HTTPRequest.Method: Routes.Handler]) -> Routes.Route {
            Routes.Route(path: path, methods: methods, isVersioned: false)
        }
        let files = WebFile.all.map { path, file in
            let respond: Routes.Handler = { request, _ in file.response(to: request) }
            return route(path, [.get: respond, .head: respond])
        }
        routes =
            files + [
                route("/site/session", [.get: session.show, .post: session.signIn, .delete: session.signOut]),
                route("/site/conversations", [.get: conversations.list]),
                route(
                    "/site/conversations/{id}",
                    [.get: conversations.load, .put: conversations.save, .delete: conversations.remove]),
                route("/site/keys", [.get: keys.list, .post: keys.make]),
                route("/site/keys/{id}", [.delete: keys.revoke]),
                route("/site/usage", [.get: usage.table]),
                route("/site/usage.svg", [.get: usage.chart]),
            ]
    }
}
