import DeepSeekJSON
import DeepSeekServer
import Foundation
import HTTPTypes
import Testing

/// The chat site without a browser: its files, sessions, and what keeps accounts and other sites apart.
@Suite struct SiteTests {
    private static let password = "correct horse battery"

    /// What a page of the site sends.
    private static func page(_ session: String? = nil, origin: String? = nil) throws -> HTTPFields {
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("x-deepseek-site"))] = "1"
        headers[.cookie] = session.map { "deepseek_session=\($0)" }
        headers[.origin] = origin
        return headers
    }

    private static func body(_ value: JSONValue) -> [UInt8] { Array(value.serialized().utf8) }

    private static func signIn(
        _ server: TestServer, _ name: String, _ password: String = SiteTests.password, bringing session: String? = nil
    ) async throws -> (answer: TestServer.Answer, session: String) {
        let answer = try await server.send(
            .post, "/site/session", body(["name": .string(name), "password": .string(password)]), headers: page(session)
        )
        let cookie = answer.headers[.setCookie] ?? ""
        let value = cookie.split(separator: ";").first?.split(separator: "=", maxSplits: 1).last.map(String.init)
        return (answer, value ?? "")
    }

    /// A platform with two people, both with passwords.
    private static func withTwo(
        _ body: @escaping @Sendable (TestServer, TestPlatform) async throws -> Void
    ) async throws {
        let platform = try TestPlatform()
        for name in ["alice", "bob"] {
            try PasswordStore(platform.store).set(password, of: platform.account(name).account)
        }
        try await TestServer.run {
            $0.database = platform.path
        } _: {
            try await body($0, platform)
        }
    }

    @Test(arguments: ["/", "/account", "/site/app.js", "/site/style.css", "/site/icon.svg"])
    func filesComeWithAStrictPolicy(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get(path)
            #expect(answer.status == 200 && !answer.text.isEmpty)
            let policy = try #require(answer.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe") && !policy.contains("http"))
            #expect(answer.headers[.xContentTypeOptions] == "nosniff")
            let tag = try #require(answer.headers[.eTag])
            let again = try await server.send(.get, path, headers: [.ifNoneMatch: tag])
            #expect(again.status == 304 && again.text.isEmpty)
        }
    }

    @Test(arguments: [
        "/site/../Package.swift", "/site/%2e%2e/Package.swift", "/site//etc/passwd", "/site/app.js/", "/site/",
        "/site/none",
        "/site/..%2f..%2fetc%2fpasswd", "/..//..//etc/passwd",
    ])
    func noPathLeadsElsewhere(path: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get(path)
            // A slash at the end of a file's path is the file.
            let isFile = answer.headers[.contentSecurityPolicy] != nil
            #expect(answer.status == 404 || isFile, "\(path): \(answer.status)")
            #expect(!answer.text.contains("root:") && !answer.text.contains("swift-tools-version"))
        }
    }

    @Test func anOpenServerHasNoAccounts() async throws {
        try await TestServer.run { server in
            let session = try await server.get("/site/session").json
            #expect(session["accounts"]?.bool == false && session["model"]?.string == TestModel.name)
            #expect(try await server.send(.get, "/site/conversations", headers: Self.page()).status == 404)
            let answer = try await Self.signIn(server, "alice").answer
            #expect(answer.status == 404)
        }
    }

    @Test func aSessionIsNewAndHiddenFromScripts() async throws {
        try await Self.withTwo { server, platform in
            let planted = String(repeating: "a", count: 48)
            let (answer, session) = try await Self.signIn(server, "alice", bringing: planted)
            #expect(answer.status == 200)
            let cookie = try #require(answer.headers[.setCookie])
            for word in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(word), "\(cookie)") }
            #expect(session != planted && session.utf8.count == 48)
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(planted)).status == 401)
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(session)).status == 200)
            // Another sign-in replaces what the browser brought.
            let second = try await Self.signIn(server, "alice", bringing: session).session
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(session)).status == 401)
            #expect(try await server.send(.delete, "/site/session", headers: Self.page(second)).status == 200)
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(second)).status == 401)
        }
    }

    @Test func sessionsEndWithPasswordsAndAccounts() async throws {
        try await Self.withTwo { server, platform in
            let account = try platform.accounts.find("alice")
            let first = try await Self.signIn(server, "alice").session
            try PasswordStore(platform.store).set("another password", of: account)
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(first)).status == 401)
            let second = try await Self.signIn(server, "alice", "another password").session
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(second)).status == 200)
            try platform.accounts.suspend(account, true)
            #expect(try await server.send(.get, "/site/keys", headers: Self.page(second)).status == 401)
            #expect(try await Self.signIn(server, "alice", "another password").answer.status == 401)
        }
    }

    @Test func nothingTellsAnUnknownNameFromAWrongPassword() async throws {
        try await Self.withTwo { server, _ in
            let wrong = try await Self.signIn(server, "alice", "wrong password").answer
            let unknown = try await Self.signIn(server, "carol", "wrong password").answer
            #expect(wrong.status == 401 && unknown.status == 401 && wrong.text == unknown.text)
            #expect(wrong.headers[.setCookie] == nil)
        }
    }

    @Test func passwordsCannotBeTriedForEver() async throws {
        try await Self.withTwo { server, _ in
            var statuses: [Int] = []
            for attempt in 0..<8 {
                statuses.append(try await Self.signIn(server, "alice", "wrong number \(attempt)").answer.status)
            }
            #expect(statuses.contains(429), "\(statuses)")
            #expect(try await Self.signIn(server, "alice").answer.status == 429)
        }
    }

    @Test func otherSitesCannotUseTheCookie() async throws {
        try await Self.withTwo { server, _ in
            let session = try await Self.signIn(server, "alice").session
            let chat = Self.body(["model": "tiny", "messages": [["role": "user", "content": "x"]], "max_tokens": 2])
            // A form of another site sends the cookie, not the header.
            let form = try await server.send(
                .post, "/v1/chat/completions", chat, headers: [.cookie: "deepseek_session=\(session)"])
            #expect(form.status == 403)
            let foreign = try Self.page(session, origin: "https://evil.example")
            #expect(try await server.send(.post, "/v1/chat/completions", chat, headers: foreign).status == 403)
            #expect(try await server.send(.get, "/site/conversations", headers: foreign).status == 403)
            #expect(try await server.send(.delete, "/site/session", headers: foreign).status == 403)
            let own = try Self.page(session)
            #expect(try await server.send(.post, "/v1/chat/completions", chat, headers: own).status == 200)
            // What was used is in the books of the account.
            let usage = try await server.send(.get, "/site/usage", headers: own).json
            #expect(usage.at("days.0.output_tokens")?.integer == 2)
            let picture = try await server.send(.get, "/site/usage.svg", headers: own)
            #expect(picture.status == 200 && picture.text.hasPrefix("<svg"))
        }
    }

    @Test func conversationsBelongToTheirAccount() async throws {
        try await Self.withTwo { server, _ in
            let alice = try Self.page(await Self.signIn(server, "alice").session)
            let bob = try Self.page(await Self.signIn(server, "bob").session)
            let secret: JSONValue = ["id": "c1", "title": "secret", "updated": 5, "nodes": ["a": "text"]]
            #expect(
                try await server.send(.put, "/site/conversations/c1", Self.body(secret), headers: alice).status == 200)
            #expect(try await server.send(.get, "/site/conversations/c1", headers: alice).json == secret)
            #expect(try await server.send(.get, "/site/conversations/c1", headers: bob).status == 404)
            #expect(try await server.send(.get, "/site/conversations", headers: bob).json.at("conversations.0") == nil)
            // The same name is another conversation of another account.
            let other: JSONValue = ["id": "c1", "title": "mine", "updated": 6]
            #expect(try await server.send(.put, "/site/conversations/c1", Self.body(other), headers: bob).status == 200)
            #expect(try await server.send(.delete, "/site/conversations/c1", headers: bob).status == 200)
            #expect(try await server.send(.get, "/site/conversations/c1", headers: alice).json == secret)
            let listed = try await server.send(.get, "/site/conversations", headers: alice).json
            #expect(listed.at("conversations.0.title")?.string == "secret")
        }
    }

    @Test(arguments: [
        ("c1", #"{"id":"c2"}"#, 422), ("c1", "[]", 400), ("c1", "{", 400), ("c%2F1", #"{"id":"c/1"}"#, 422),
        ("c1", #"{"id":"c1","updated":-1}"#, 422), ("c1", #"{"id":"c1","title":7}"#, 400),
    ])
    func brokenConversationsAreRefused(id: String, body: String, status: Int) async throws {
        try await Self.withTwo { server, _ in
            let alice = try Self.page(await Self.signIn(server, "alice").session)
            let answer = try await server.send(.put, "/site/conversations/\(id)", Array(body.utf8), headers: alice)
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    @Test func keysAreShownOnceAndAreOnesOwn() async throws {
        try await Self.withTwo { server, platform in
            let alice = try Self.page(await Self.signIn(server, "alice").session)
            let bob = try Self.page(await Self.signIn(server, "bob").session)
            let made = try await server.send(.post, "/site/keys", Self.body(["name": "laptop"]), headers: alice).json
            let (key, id) = (try #require(made["key"]?.string), try #require(made["id"]?.string))
            #expect(try await server.get("/v1/models", key: key).status == 200)
            let listed = try await server.send(.get, "/site/keys", headers: alice).text
            #expect(listed.contains("laptop") && !listed.contains(key))
            #expect(try await server.send(.delete, "/site/keys/\(id)", headers: bob).status == 404)
            #expect(try await server.get("/v1/models", key: key).status == 200)
            #expect(try await server.send(.delete, "/site/keys/\(id)", headers: alice).status == 200)
            #expect(try await server.get("/v1/models", key: key).status == 401)
        }
    }

    @Test func passwordsAreKeptAsSlowHashesOnly() throws {
        let platform = try TestPlatform()
        let (account, _) = try platform.account("alice")
        #expect(throws: PlatformError.self) { try PasswordStore(platform.store).set("short", of: account) }
        try PasswordStore(platform.store).set(Self.password, of: account)
        let folder = URL(filePath: platform.path).deletingLastPathComponent()
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(bytes.firstRange(of: Array(Self.password.utf8)) == nil, "\(file.lastPathComponent)")
        }
    }
}
