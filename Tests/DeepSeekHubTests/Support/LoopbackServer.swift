import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server on a free port of this machine, whose answers a test makes up.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        /// With the query.
        let path: String
        let headers: HTTPHeaders

        /// The offset that a `Range` header asks for.
        var rangeStart: Int? {
            headers.first(name: "range").flatMap { Int($0.dropFirst("bytes=".count).prefix { $0 != "-" }) }
        }
    }

    struct Reply: Sendable {
        enum Ending: Sendable {
            case complete
            /// The connection breaks after the body, whatever length the headers promised.
            case broken
            /// The connection stays open and silent after the body.
            case stalled
        }

        var status: HTTPResponseStatus
        var headers: [(String, String)]
        var body: [UInt8]
        /// As the header says; nil for none.
        var contentLength: Int?
        var ending = Ending.complete

        init(_ status: HTTPResponseStatus = .ok, _ body: [UInt8] = [], headers: [(String, String)] = []) {
            self.status = status
            self.body = body
            self.headers = headers
            contentLength = body.count
        }
    }

    private let log = Mutex<[Request]>([])
    private let answer: @Sendable (Request, Int) -> Reply

    private init(_ answer: @escaping @Sendable (Request, Int) -> Reply) { self.answer = answer }

    /// All requests so far, in the order of their arrival.
    var requests: [Request] { log.withLock { $0 } }

    /// Runs `body` with a server and its address. `answer` also gets the number of earlier requests for the same path.
    static func run<Value>(
        answering answer: @escaping @Sendable (Request, Int) -> Reply,
        _ body: (LoopbackServer, String) async throws -> Value
    ) async throws -> Value {
        let server = LoopbackServer(answer)
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(server, "http://127.0.0.1:\(port)"))
        } catch {
            result = .failure(error)
        }
        try await channel.close()
        return try result.get()
    }

    private func reply(to request: Request) -> Reply {
        let earlier = log.withLock { log in
            defer { log.append(request) }
            return log.count { $0.path == request.path }
        }
        return answer(request, earlier)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let server: LoopbackServer
        private var head: HTTPRequestHead?

        init(_ server: LoopbackServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                send(server.reply(to: Request(path: head.uri, headers: head.headers)), context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func send(_ reply: Reply, _ context: ChannelHandlerContext) {
            var headers = HTTPHeaders(reply.headers)
            if let length = reply.contentLength { headers.add(name: "content-length", value: "\(length)") }
            let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: reply.body)))), promise: nil)
            switch reply.ending {
            case .complete: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .broken: context.close(promise: nil)
            case .stalled: break
            }
        }
    }
}
