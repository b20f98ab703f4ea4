import DeepSeekJSON
import DeepSeekTokenizer

/// Learns a tokenizer from data files of the forms that training reads: JSON lines with `text`, plain text, gzip.
public struct VocabularyFiles {
    /// Bytes of text that are counted at once.
    private static let batchBytes = 16 << 20

    private let paths: [String]

    public init(_ paths: [String]) { self.paths = paths }

    /// - Parameters:
    ///   - reading: the file, the share of it that is read, and the distinct words so far.
    ///   - learning: how many tokens there are, of how many.
    /// - Returns: a `tokenizer.json`.
    /// - Throws: ``TrainingError`` `invalidData` with file and line, or `TokenizerError`.
    public func train(
        _ options: BytePairTrainer.Options, reading: (_ path: String, _ done: Double, _ words: Int) -> Void,
        learning: (_ tokens: Int, _ wanted: Int) -> Void
    ) throws -> JSONValue {
        var trainer = try BytePairTrainer(options)
        var batch: [String] = []
        var size = 0
        for path in paths {
            try DocumentReader(path: path, form: nil, wantsConversations: false).forEach { document, done in
                guard case .text(let text) = document.content else { return }
                batch.append(text)
                size += text.utf8.count
                guard size >= Self.batchBytes else { return }
                trainer.add(batch)
                (batch, size) = ([], 0)
                reading(path, done, trainer.distinctWords)
            }
        }
        trainer.add(batch)
        guard trainer.distinctWords > 0 else {
            throw TrainingError(.invalidData, "\(paths.joined(separator: ", ")): there is no text to learn from")
        }
        return trainer.train(progress: learning)
    }
}
