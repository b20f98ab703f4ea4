import Dispatch
import Foundation

/// A connection that sends bytes as they are, reads when it is told to, and goes away when it likes.
final class RawConnection: @unchecked Sendable {
    // Unchecked: the descriptor is used on the queue alone.
    private var descriptor: Int32
    private let queue = DispatchQueue(label: "connection")

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter receiveBuffer: bytes that the system holds for a reader that does not read; nil for its default.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(description: "no connection: \(String(cString: strerror(errno)))") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func send(_ text: String) async throws {
        try await perform { descriptor in
            var bytes = Array(text.utf8)[...]
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure(description: "cannot send: \(String(cString: strerror(errno)))") }
                bytes = bytes.dropFirst(count)
            }
        }
    }

    /// A request with a JSON body.
    func post(_ path: String, _ body: String, headers: String = "") async throws {
        try await send(
            "POST \(path) HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\(headers)"
                + "content-length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Reads until the text shows, or to the end when it is nil.
    func read(until text: String?) async throws -> String {
        try await perform { descriptor in
            var received: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                if count < 0 {
                    if errno == ECONNRESET { return String(decoding: received, as: UTF8.self) }
                    throw Failure(description: "nothing comes; so far: \(String(decoding: received, as: UTF8.self))")
                }
                if count == 0 { return String(decoding: received, as: UTF8.self) }
                received += buffer[..<count]
                let whole = String(decoding: received, as: UTF8.self)
                if let text, whole.contains(text) { return whole }
            }
        }
    }

    func leave() async {
        _ = try? await perform { _ in }
        close(descriptor)
        descriptor = -1
    }

    private func perform<Value: Sendable>(_ body: @escaping @Sendable (Int32) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body(self.descriptor) }) }
        }
    }
}

/// Waits until something holds.
func eventually(_ what: String, within seconds: Double = 10, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw RawConnection.Failure(description: "not in time: \(what)") }
        try await Task.sleep(for: .milliseconds(10))
    }
}
