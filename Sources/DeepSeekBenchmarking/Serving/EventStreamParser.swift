import NIOCore

/// Takes an event stream apart as its bytes come, wherever they are cut.
package struct EventStreamParser {
    /// Lines that clients skip.
    package private(set) var comments = 0
    private var line: [UInt8] = []
    private var data: [UInt8]?

    package init() {}

    /// - Parameter body: gets the data of each event that is complete.
    package mutating func feed(_ bytes: ByteBufferView, _ body: (String) -> Void) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            endLine(body)
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func endLine(_ body: (String) -> Void) {
        if line.isEmpty {
            if let data { body(String(decoding: data, as: UTF8.self)) }
            data = nil
        } else if line.first == UInt8(ascii: ":") {
            comments += 1
        } else if line.starts(with: Array("data:".utf8)) {
            var piece = line.dropFirst(5)
            if piece.first == UInt8(ascii: " ") { piece = piece.dropFirst() }
            data = data.map { $0 + [UInt8(ascii: "\n")] + piece } ?? Array(piece)
        }
    }
}
