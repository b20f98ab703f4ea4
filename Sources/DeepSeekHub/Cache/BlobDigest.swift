import Crypto

/// What the bytes of a file must hash to. The Hub names large files by their SHA-256 and small ones as git does; the
/// name of the file in the cache is the same digest.
package enum BlobDigest: Sendable, Hashable {
    /// 64 hexadecimal digits.
    case sha256(String)
    /// 40 hexadecimal digits: SHA-1 over `"blob SIZE\0"` and the bytes.
    case gitSHA1(String)

    package var hexadecimal: String {
        switch self {
        case .sha256(let text), .gitSHA1(let text): text
        }
    }
}

/// A digest in the making.
struct BlobHasher {
    private enum State {
        case sha256(SHA256)
        case gitSHA1(Insecure.SHA1)
    }

    private var state: State

    /// - Parameter size: Bytes of the whole file, which git hashes first.
    init(for digest: BlobDigest, size: Int) {
        switch digest {
        case .sha256: state = .sha256(SHA256())
        case .gitSHA1:
            var hash = Insecure.SHA1()
            hash.update(data: Array("blob \(size)\0".utf8))
            state = .gitSHA1(hash)
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha256(hash)
        case .gitSHA1(var hash):
            hash.update(bufferPointer: bytes)
            state = .gitSHA1(hash)
        }
    }

    func finish() -> String {
        switch state {
        case .sha256(let hash): Self.hexadecimal(hash.finalize())
        case .gitSHA1(let hash): Self.hexadecimal(hash.finalize())
        }
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
