import HTTPTypes
import Testing

/// Other sites, and the names under which they could call.
@Suite struct OriginTests {
    @Test func anOpenServerAnswersToItsOwnNamesOnly() async throws {
        try await TestServer.run { server in
            for host in ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", ""] {
                let connection = try RawConnection(port: server.port)
                try await connection.send("GET /v1/models HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\r\n")
                #expect(try await connection.read(until: nil).hasPrefix("HTTP/1.1 403 "), "\(host)")
            }
            for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:8000"] {
                let connection = try RawConnection(port: server.port)
                try await connection.send("GET /v1/models HTTP/1.1\r\nhost: \(host)\r\nconnection: close\r\n\r\n")
                #expect(try await connection.read(until: nil).hasPrefix("HTTP/1.1 200 "), "\(host)")
            }
            for (origin, status) in [
                ("https://evil.example", 403), ("null", 403), ("http://localhost.evil.example", 403),
                ("http://localhost:3000", 200),
            ] {
                #expect(try await server.send(.get, "/v1/models", headers: [.origin: origin]).status == status)
            }
            // No word of other origins in the answers.
            let answer = try await server.send(.get, "/v1/models", headers: [.origin: "http://localhost:3000"])
            #expect(answer.headers[.accessControlAllowOrigin] == nil)
            #expect(try await server.send(.options, "/v1/models", headers: [.origin: "http://localhost"]).status == 405)
        }
    }

    @Test func listedOriginsMay() async throws {
        let origin = "https://chat.example.org"
        try await TestServer.run {
            $0.corsOrigins = [origin]
        } _: { server in
            let preflight = try await server.send(
                .options, "/v1/chat/completions",
                headers: [
                    .origin: origin, .accessControlRequestMethod: "POST",
                    .accessControlRequestHeaders: "authorization, content-type",
                ])
            #expect(preflight.status == 204)
            #expect(preflight.headers[.accessControlAllowOrigin] == origin)
            #expect(preflight.headers[.accessControlAllowHeaders] == "authorization, content-type")
            #expect(preflight.headers[.accessControlAllowCredentials] == nil)
            let answer = try await server.send(.get, "/v1/models", headers: [.origin: origin])
            #expect(answer.status == 200)
            #expect(answer.headers[.accessControlAllowOrigin] == origin)
            let refused = try await server.send(.get, "/v1/nothing", headers: [.origin: origin])
            #expect(refused.headers[.accessControlAllowOrigin] == origin, "pages may read why")
            let other = try await server.send(.get, "/v1/models", headers: [.origin: "https://other.example"])
            #expect(other.status == 403)
        }
    }
}
