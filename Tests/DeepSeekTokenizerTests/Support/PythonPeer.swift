import Foundation
import Testing

/// The `tokenizers` library of Python, as the judge of what the tokens of a text are.
struct PythonPeer {
    static let isPresent = (try? run(["-c", "import tokenizers"])) != nil
    static let comment: Comment = "needs python3 with the module tokenizers (pip install tokenizers)"

    struct Failure: Error { let text: String }

    /// A text and its tokens.
    struct Sample {
        let text: [UInt8]
        let tokens: [Int32]
    }

    /// The peer's tokens of texts; what is not UTF-8 is read with `errors="replace"`.
    static func encode(_ texts: [[UInt8]], tokenizer: String) throws -> [Sample] {
        try inScratchFolder { folder in
            var blob = Data()
            for text in texts { append(text, to: &blob) }
            try blob.write(to: folder.appendingPathComponent("texts"))
            _ = try run(["-c", script, tokenizer, folder.path, "texts", "", "0"])
            return try samples(folder)
        }
    }

    /// The peer's tokens of the first documents of a corpus file, up to about `limit` bytes.
    static func encodeCorpus(_ file: String, limit: Int, tokenizer: String) throws -> [Sample] {
        try inScratchFolder { folder in
            _ = try run(["-c", script, tokenizer, folder.path, "corpus", file, String(limit)])
            return try samples(folder)
        }
    }

    private static let script = """
        import gzip, json, struct, sys
        from tokenizers import Tokenizer
        path, folder, kind, corpus, limit = sys.argv[1:6]
        texts = []
        if kind == "corpus":
            total = 0
            for line in gzip.open(corpus, "rt", encoding="utf-8"):
                texts.append(json.loads(line)["text"].encode("utf-8", "replace"))
                total += len(texts[-1])
                if total >= int(limit):
                    break
            with open(folder + "/texts", "wb") as f:
                for text in texts:
                    f.write(struct.pack("<I", len(text)) + text)
        else:
            blob, place = open(folder + "/texts", "rb").read(), 0
            while place < len(blob):
                size, = struct.unpack_from("<I", blob, place)
                texts.append(blob[place + 4:place + 4 + size])
                place += 4 + size
        tokenizer = Tokenizer.from_file(path)
        with open(folder + "/tokens", "wb") as f:
            for start in range(0, len(texts), 64):
                batch = [text.decode("utf-8", "replace") for text in texts[start:start + 64]]
                for encoding in tokenizer.encode_batch(batch, add_special_tokens=False):
                    f.write(struct.pack("<I%di" % len(encoding.ids), 4 * len(encoding.ids), *encoding.ids))
        """

    private static func samples(_ folder: URL) throws -> [Sample] {
        let texts = blobs(try Data(contentsOf: folder.appendingPathComponent("texts")))
        let tokens = blobs(try Data(contentsOf: folder.appendingPathComponent("tokens")))
        return zip(texts, tokens).map { text, tokens in
            let numbers = stride(from: 0, to: tokens.count, by: 4).map { place in
                tokens.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int32.self).littleEndian }
            }
            return Sample(text: text, tokens: numbers)
        }
    }

    private static func blobs(_ data: Data) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var place = 0
        data.withUnsafeBytes { bytes in
            while place + 4 <= bytes.count {
                let count = Int(bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian)
                result.append(Array(bytes[(place + 4)..<(place + 4 + count)]))
                place += 4 + count
            }
        }
        return result
    }

    private static func append(_ bytes: [UInt8], to data: inout Data) {
        withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: bytes)
    }

    static func inScratchFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tokenizer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    static func run(_ arguments: [String]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: String(decoding: data, as: UTF8.self)) }
        return data
    }
}
