import Hummingbird
import NIOCore

/// Writes an event stream. A client that reads slowly holds it up, and is left after some time.
struct EventStreamOutput {
    private var writer: any ResponseBodyWriter
    private let stall: StallWatch
    private var wroteSinceTick = false
    /// The client cannot be reached any more.
    private(set) var isBroken = false

    init(writer: any ResponseBodyWriter, stall: StallWatch) {
        self.writer = writer
        self.stall = stall
    }

    mutating func write(_ events: [ServerSentEvent]) async throws {
        guard !events.isEmpty else { return }
        try await write(events.map(\.text).joined())
    }

    /// A comment, if nothing was written since the last tick.
    mutating func keepAlive() async throws {
        if !wroteSinceTick { try await write(ServerSentEvent.keepAlive) }
        wroteSinceTick = false
    }

    private mutating func write(_ text: String) async throws {
        wroteSinceTick = true
        stall.begin()
        defer { stall.end() }
        do {
            try await writer.write(ByteBuffer(string: text))
        } catch {
            isBroken = true
            throw error
        }
    }

    mutating func finish() async throws { try await writer.finish(nil) }
}
