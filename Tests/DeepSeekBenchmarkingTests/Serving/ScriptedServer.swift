import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

/// A server that answers as it is told, on a free port.
struct ScriptedServer {
    /// Up to and with `/v1`.
    let address: String
    let received: Received

    /// The bodies that came.
    final class Received: Sendable {
        private let list = Mutex<[String]>([])
        var bodies: [String] { list.withLock { $0 } }
        fileprivate func append(_ body: String) { list.withLock { $0.append(body) } }
    }

    struct Reply: Sendable {
        var status = HTTPResponse.Status.ok
        /// Sent one after the other.
        var pieces: [String]
        var pause = Duration.zero

        static func error(_ status: HTTPResponse.Status, _ code: String) -> Reply {
            Reply(status: status, pieces: [#"{"error": {"message": "because", "code": "\#(code)"}}"#])
        }

        /// An answer of so many tokens, with the usage that OpenAI's servers tell.
        static func answer(_ tokens: Int, text: String = "a ", pause: Duration = .zero) -> Reply {
            let chunk = #"data: {"choices": [{"index": 0, "text": "\#(text)", "finish_reason": null}]}"# + "\n\n"
            let end =
                #"data: {"choices": [{"index": 0, "text": "", "finish_reason": "length"}], "usage": null}"# + "\n\n"
            let usage =
                #"data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": \#(tokens), "#
                + #""prompt_tokens_details": {"cached_tokens": 3}}}"# + "\n\n"
            return Reply(
                pieces: Array(repeating: chunk, count: tokens) + [": keep-alive\n\n", end + usage, "data: [DONE]\n\n"],
                pause: pause)
        }
    }

    static func run(
        _ reply: @escaping @Sendable (_ path: String, _ body: String, _ number: Int) -> Reply,
        _ body: @escaping @Sendable (ScriptedServer) async throws -> Void
    ) async throws {
        let received = Received()
        let router = Router()
        router.get("/v1/models") { _, _ in #"{"object": "list", "data": [{"id": "scripted"}]}"# }
        for path in ["/v1/completions", "/v1/chat/completions"] {
            router.post(RouterPath(path)) { request, _ in
                let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
                let number = received.bodies.count
                received.append(body)
                let reply = reply(path, body, number)
                return Response(
                    status: reply.status, headers: [.contentType: "text/event-stream"],
                    body: ResponseBody { writer in
                        for piece in reply.pieces {
                            if reply.pause > .zero { try await Task.sleep(for: reply.pause) }
                            try await writer.write(ByteBuffer(string: piece))
                        }
                        try await writer.finish(nil)
                    })
            }
        }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { client in
                try await body(
                    ScriptedServer(address: "http://127.0.0.1:\(client.port ?? 0)/v1", received: received))
            }
    }
}
