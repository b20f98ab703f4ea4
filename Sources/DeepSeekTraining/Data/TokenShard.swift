import DeepSeekJSON
import DeepSeekTensors
import Foundation

/// The tokens of one data file, in a file of their own that is mapped: a header, where each document ends, the tokens.
///
/// The header is one line of JSON padded to 4,096 bytes; then `documents` ends (64 bits), then `tokens` numbers, of 16
/// bits where all fit and none is a complement (see ``TextEncoder``), else of 32.
package final class TokenShard: Sendable {
    static let headerSize = 4_096
    package let documents: Int
    package let tokens: Int
    /// UTF-8 bytes of the texts.
    package let bytes: Int
    private let width: Int
    private let file: MappedFile

    /// Nil when the file is absent or was made from something else.
    init?(path: String, fingerprint: String) throws(TrainingError) {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do { file = try MappedFile(path: path) } catch { throw TrainingError(error) }
        let header = file.bytes.prefix(Self.headerSize).prefix { $0 != UInt8(ascii: "\n") }
        guard let json = try? JSONValue(parsing: UnsafeRawBufferPointer(rebasing: header)),
            json["fingerprint"]?.string == fingerprint, let documents = json["documents"]?.integer,
            let tokens = json["tokens"]?.integer, let width = json["width"]?.integer,
            let bytes = json["bytes"]?.integer, width == 2 || width == 4, documents >= 0, tokens >= 0,
            documents < 1 << 40, tokens < 1 << 48,
            file.bytes.count == Self.headerSize + documents * 8 + tokens * width
        else { return nil }
        self.documents = documents
        self.tokens = tokens
        self.width = width
        self.bytes = bytes
    }

    private func end(_ document: Int) -> Int {
        guard document >= 0 else { return 0 }
        let offset = Self.headerSize + document * 8
        return min(max(Int(file.bytes.loadUnaligned(fromByteOffset: offset, as: Int64.self)), 0), tokens)
    }

    /// Where a document's tokens are.
    package func range(_ document: Int) -> Range<Int> {
        let start = end(document - 1)
        return start..<max(end(document), start)
    }

    /// A token, or its complement where nobody is to predict it.
    package func token(_ position: Int) -> Int32 {
        let offset = Self.headerSize + documents * 8 + position * width
        return width == 2
            ? Int32(file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
            : file.bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
    }
}
