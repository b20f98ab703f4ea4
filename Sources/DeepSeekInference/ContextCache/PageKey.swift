import Crypto

/// Names a page on the disk: a digest of all that its content follows from, which is the model and its arithmetic, the
/// scope, and the page's tokens with all those before them.
struct PageKey: Sendable, Hashable {
    static let byteCount = SHA256Digest.byteCount

    let bytes: [UInt8]

    private init(_ digest: SHA256Digest) { bytes = Array(digest) }

    /// Of what comes before the first page.
    init(identity: ModelIdentity, scope: PrefixScope) {
        var hash = SHA256()
        hash.update(data: identity.bytes)
        switch scope {
        case .common: hash.update(data: [0])
        case .tenant(let name):
            hash.update(data: [1])
            hash.update(data: Array(name.utf8))
        }
        self.init(hash.finalize())
    }

    /// The key in a file's name; nil for another name.
    init?(hexadecimal text: Substring) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        var rest = text.utf8[...]
        while let high = rest.popFirst().flatMap(Self.digit) {
            guard let low = rest.popFirst().flatMap(Self.digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        guard rest.isEmpty, bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Of the page that follows, with these tokens.
    func next(_ tokens: UnsafeBufferPointer<Int32>) -> PageKey {
        var hash = SHA256()
        hash.update(data: bytes)
        hash.update(bufferPointer: UnsafeRawBufferPointer(tokens))
        return PageKey(hash.finalize())
    }

    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
