import NIOCore
import Synchronization

/// Notices that a client went away, also while nothing is being sent to it.
///
/// A client that closes its side of the connection counts as gone: nothing that speaks HTTP does so and still reads.
final class ClientConnection: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = NIOAny

    private struct State {
        var isGone = false
        var nextWatch = 0
        var watches: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Ends with its last reference.
    final class Watch: Sendable {
        private let connection: ClientConnection
        private let number: Int

        fileprivate init(_ connection: ClientConnection, _ number: Int) {
            (self.connection, self.number) = (connection, number)
        }

        deinit { connection.state.withLock { _ = $0.watches.removeValue(forKey: number) } }
    }

    /// Calls the body when the client goes, or at once if it is gone.
    func watch(_ body: @escaping @Sendable () -> Void) -> Watch {
        let (number, isGone) = state.withLock { state in
            state.nextWatch += 1
            if !state.isGone { state.watches[state.nextWatch] = body }
            return (state.nextWatch, state.isGone)
        }
        if isGone { body() }
        return Watch(self, number)
    }

    func channelInactive(context: ChannelHandlerContext) {
        goes()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { goes() }
        context.fireUserInboundEventTriggered(event)
    }

    private func goes() {
        let watches = state.withLock { state in
            state.isGone = true
            defer { state.watches = [:] }
            return state.watches
        }
        for watch in watches.values { watch() }
    }

    /// The handler of a channel; nil where there is no connection, as in a test without sockets.
    static func of(_ channel: any Channel) async -> ClientConnection? {
        try? await channel.pipeline.handler(type: ClientConnection.self).get()
    }
}
