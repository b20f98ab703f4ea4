import Foundation
import Testing

/// The folder of models, texts and cases beside the package, which a checkout may lack.
enum Shared {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("shared").path

    static let tokenizerFolder = folder + "/tokenizer"
    static let smallModelFolder = folder + "/models/v2-small"
    static let corpusFolder = folder + "/corpus"
    static let casesPath = folder + "/tokenizer/cases/ggml-vocab-deepseek-llm.gguf"

    static let isPresent = FileManager.default.fileExists(atPath: tokenizerFolder + "/tokenizer.json")
    static let comment: Comment = "needs ../shared/tokenizer, which is not there"

    /// The lines of a text file, which may end in CRLF.
    static func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "\r\n", with: "\n")
    }
}
