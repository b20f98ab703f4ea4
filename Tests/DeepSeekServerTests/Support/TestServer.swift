import DeepSeekJSON
import DeepSeekServer
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Testing

/// A server on a free port, for as long as a test needs it.
struct TestServer {
    let client: any TestClientProtocol
    let server: InferenceServer

    var service: APIService { server.service }
    var port: Int { client.port ?? 0 }

    static func run(
        model: Result<TestModel, any Error> = TestModel.shared,
        configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configure(&configuration)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        let server = try InferenceServer(configuration, logger: logger)
        try await server.recover()
        server.service.host.set(try model.get().served)
        try await server.application().test(.live) { client in
            try await body(TestServer(client: client, server: server))
        }
    }

    /// A body that goes out as it is.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8]? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) }
        ) { Answer($0) }
    }

    func post(_ path: String, _ body: JSONValue, key: String? = nil) async throws -> Answer {
        try await send(.post, path, Array(body.serialized().utf8), headers: Self.headers(key))
    }

    func get(_ path: String, key: String? = nil) async throws -> Answer {
        try await send(.get, path, headers: Self.headers(key))
    }

    private static func headers(_ key: String?) -> HTTPFields { key.map { [.authorization: "Bearer \($0)"] } ?? [:] }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        init(_ response: TestResponse) {
            status = response.status.code
            headers = response.headers
            text = String(buffer: response.body)
        }

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
        var error: JSONValue { json["error"] ?? .null }
        var code: String? { error["code"]?.string }

        /// The data of an event stream, without the last `[DONE]`.
        var events: [JSONValue] {
            text.split(separator: "\n").filter { $0.hasPrefix("data: {") }.compactMap {
                try? JSONValue(parsing: String($0.dropFirst(6)))
            }
        }
    }
}

extension JSONValue {
    /// A member a few levels down: `choices.0.message.content`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: ".").reduce(self) { value, key in
            Int(key).map { value?[$0] } ?? value?[String(key)]
        }
    }

    func with(_ members: JSONObject) -> JSONValue {
        guard case .object(var object) = self else { return self }
        for (key, value) in members { object[key] = value }
        return .object(object)
    }
}
