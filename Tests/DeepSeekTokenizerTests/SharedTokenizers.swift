import DeepSeekTokenizer
import Foundation
import Testing

/// Tokenizers and texts that lie beside the package.
enum SharedTokenizers {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared").path
    static let isPresent = FileManager.default.fileExists(atPath: "\(folder)/tokenizer/tokenizer.json")
    static let reason: Comment = "skipped: needs ../shared/tokenizer"

    static let deepSeekV2 = "\(folder)/tokenizer/tokenizer.json"
    static let small = "\(folder)/models/v2-small/tokenizer.json"
    static let corpus = "\(folder)/corpus"
}
