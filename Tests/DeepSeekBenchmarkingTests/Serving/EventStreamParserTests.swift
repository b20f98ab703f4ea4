import DeepSeekBenchmarking
import NIOCore
import Testing

@Suite struct EventStreamParserTests {
    /// However the bytes are cut, the events are the same.
    @Test(arguments: [1, 2, 3, 7, 1_000]) func eventsComeWhole(size: Int) {
        let text =
            ": keep-alive\n\ndata: {\"a\": \"海\"}\n\nevent: x\r\ndata:one\r\ndata: two\r\n\r\n:\nid: 3\n\ndata: cut"
        var parser = EventStreamParser()
        var events: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            let piece = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
            parser.feed(piece.readableBytesView) { events.append($0) }
        }
        #expect(events == ["{\"a\": \"海\"}", "one\ntwo"])
        #expect(parser.comments == 2)
    }
}
