import DeepSeekTokenizer
import Dispatch
import Foundation

/// Turns data files into token shards, once: a shard that was made from the same file with the same tokenizer is used
/// again. Documents are encoded on all processors.
package struct DataPreparation {
    package struct Progress: Sendable {
        /// The file, and the share of it that is done.
        package let path: String
        package let done: Double
        package let tokens: Int
    }

    let encoder: TextEncoder
    /// Where the shards are.
    let folder: String
    let form: DocumentReader.Form?

    package init(encoder: TextEncoder, folder: String) {
        self.encoder = encoder
        self.folder = folder
        form = nil
    }

    /// Bytes of text that are encoded at once.
    private static let batchBytes = 4 << 20

    /// - Throws: ``TrainingError`` `invalidData`, with the file and line, for what is broken, and for a file without text.
    package func shard(of path: String, progress: (Progress) -> Void) throws -> TokenShard {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let size = (attributes[.size] as? NSNumber)?.intValue,
            let date = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970
        else {
            throw TrainingError(.invalidData, "\(path): there is no such file; correct \"path\" in the recipe")
        }
        let full = URL(filePath: path).standardizedFileURL.path
        let fingerprint = RunFile.digest(Array("2 \(full) \(size) \(date) \(encoder.fingerprint)".utf8))
        try RunFile.makeFolder(folder)
        let shardPath = "\(folder)/\(fingerprint).tokens"
        if let shard = try TokenShard(path: shardPath, fingerprint: fingerprint) { return shard }
        let writer = try encode(path, progress)
        try writer.write(to: shardPath, fingerprint: fingerprint)
        guard let shard = try TokenShard(path: shardPath, fingerprint: fingerprint) else {
            throw TrainingError(.writeFailed, "\(shardPath): what was written cannot be read; is the disk sound?")
        }
        guard shard.documents > 0, shard.tokens > 1 else {
            throw TrainingError(.invalidData, "\(path): there is no text in it")
        }
        return shard
    }

    private func encode(_ path: String, _ progress: (Progress) -> Void) throws -> TokenShardWriter {
        let reader = try DocumentReader(path: path, form: form, wantsConversations: encoder.conversationLimit != nil)
        var writer = TokenShardWriter()
        var batch: [DataDocument] = []
        var (batchBytes, tokens) = (0, 0)
        func flush(isEnd: Bool, done: Double) throws {
            // The last one waits: it may go on.
            let count = isEnd ? batch.count : batch.count - 1
            guard count > 0 else { return }
            for (document, ids) in zip(
                batch, try encoded(Array(batch[..<count]), following: isEnd ? nil : batch[count], reader))
            {
                writer.add(ids, bytes: document.content.byteCount, continues: document.continues)
                tokens += ids.count
            }
            batch.removeFirst(count)
            batchBytes = batch.reduce(0) { $0 + $1.content.byteCount }
            progress(Progress(path: path, done: done, tokens: tokens))
        }
        try reader.forEach { document, done in
            if case .text(let text) = document.content, text.isEmpty { return }
            batch.append(document)
            batchBytes += document.content.byteCount
            if batchBytes >= Self.batchBytes { try flush(isEnd: false, done: done) }
        }
        try flush(isEnd: true, done: 1)
        return writer
    }

    private func encoded(
        _ documents: [DataDocument], following: DataDocument?, _ reader: DocumentReader
    ) throws -> [[Int32]] {
        let results = EncodedDocuments(count: documents.count)
        DispatchQueue.concurrentPerform(iterations: documents.count) { index in
            let next = index + 1 < documents.count ? documents[index + 1] : following
            results.set(index) {
                try encoder.tokens(documents[index], isLast: next?.continues != true) {
                    reader.error(documents[index].line, $0)
                }
            }
        }
        return try results.all()
    }
}

extension DataDocument.Content {
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .messages(let conversation): conversation.messages.serialized().utf8.count
        }
    }
}
