import DeepSeekCheckpoints
import DeepSeekJSON
import Foundation

/// Collects the tokens of a data file and writes its shard, complete or not at all.
struct TokenShardWriter {
    private var ends: [Int64] = []
    private var tokens: [Int32] = []
    private var bytes = 0

    /// Adds a document, or what continues the last one.
    mutating func add(_ ids: [Int32], bytes count: Int, continues: Bool) {
        tokens += ids
        bytes += count
        if continues, !ends.isEmpty {
            ends[ends.count - 1] = Int64(tokens.count)
        } else {
            ends.append(Int64(tokens.count))
        }
    }

    func write(to path: String, fingerprint: String) throws(TrainingError) {
        let isNarrow = tokens.allSatisfy { $0 >= 0 && $0 < 65_536 }
        let header: JSONValue = [
            "fingerprint": .string(fingerprint), "documents": .integer(ends.count), "tokens": .integer(tokens.count),
            "bytes": .integer(bytes), "width": .integer(isNarrow ? 2 : 4),
        ]
        var contents = Array((header.serialized() + "\n").utf8)
        contents += [UInt8](repeating: 0, count: TokenShard.headerSize - contents.count)
        ends.withUnsafeBytes { contents.append(contentsOf: $0) }
        if isNarrow {
            tokens.map(UInt16.init).withUnsafeBytes { contents.append(contentsOf: $0) }
        } else {
            tokens.withUnsafeBytes { contents.append(contentsOf: $0) }
        }
        try RunFile.write(contents, to: path)
    }
}
