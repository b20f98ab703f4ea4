import Foundation
import Testing

/// The data beside the package.
enum Shared {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared").path

    /// A small trained chat model.
    static let trained = folder + "/models/v2-small"
    /// Questions that it was not trained on: an object with `question` in each line.
    static let questions = folder + "/benchmarks/gsm8k/test.jsonl"
    /// Others of the same kind.
    static let otherQuestions = folder + "/benchmarks/gsm8k/train.jsonl"
    static let isPresent = [trained + "/config.json", questions, otherQuestions].allSatisfy(
        FileManager.default.fileExists)
    static let reason: Comment = "needs ../shared/models/v2-small and ../shared/benchmarks/gsm8k"
}
