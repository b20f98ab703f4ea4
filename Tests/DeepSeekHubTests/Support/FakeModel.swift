import Crypto
import DeepSeekHub
import DeepSeekJSON
import NIOHTTP1

/// A model as the Hub would serve it.
struct FakeModel: Sendable {
    static let commit = "0123456789abcdef0123456789abcdef01234567"

    let name = "someone/tiny"
    /// Files that the Hub keeps in git; the others are kept by their SHA-256.
    let small: [(name: String, bytes: [UInt8])] = [
        ("config.json", Array(#"{"model_type": "deepseek_v2"}"#.utf8)),
        ("tokenizer.json", Array(#"{"version": "1.0"}"#.utf8)),
        ("README.md", Array("# Tiny".utf8)),
        ("modeling_tiny.py", Array("print('never fetched')".utf8)),
    ]
    let weights: [UInt8] = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }

    static let weightsName = "model.safetensors"

    var weightsPath: String { path(of: Self.weightsName) }
    var listingPath: String { "/api/models/\(name)/revision/main?blobs=true" }
    var weightsDigest: String { hexadecimal(SHA256.hash(data: weights)) }

    func path(of file: String) -> String { "/\(name)/resolve/\(Self.commit)/\(file)" }

    func listing(weightsSize: Int? = nil, weightsDigest: String? = nil) -> JSONValue {
        var siblings: [JSONValue] = small.map { name, bytes in
            let digest = hexadecimal(Insecure.SHA1.hash(data: Array("blob \(bytes.count)\0".utf8) + bytes))
            return .object(["rfilename": .string(name), "size": .integer(bytes.count), "blobId": .string(digest)])
        }
        let size = JSONValue.integer(weightsSize ?? weights.count)
        siblings.append(
            .object([
                "rfilename": .string(Self.weightsName), "size": size, "blobId": .string(Self.commit),
                "lfs": .object(["sha256": .string(weightsDigest ?? self.weightsDigest), "size": size]),
            ]))
        return .object(["id": .string(name), "sha": .string(Self.commit), "siblings": .array(siblings)])
    }

    /// What a Hub in good health answers, ranges included.
    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Reply {
        if request.path == listingPath { return .init(.ok, Array(listing().serialized().utf8)) }
        if request.path == weightsPath { return Self.serve(weights, request) }
        for (name, bytes) in small where request.path == path(of: name) { return Self.serve(bytes, request) }
        return .init(.notFound, headers: [("x-error-code", "EntryNotFound")])
    }

    static func serve(_ bytes: [UInt8], _ request: LoopbackServer.Request) -> LoopbackServer.Reply {
        guard let start = request.rangeStart else { return .init(.ok, bytes) }
        guard start < bytes.count else { return .init(.rangeNotSatisfiable) }
        return .init(
            .partialContent, Array(bytes[start...]),
            headers: [("content-range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")])
    }

    private func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
