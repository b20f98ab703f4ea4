import DeepSeekInference
import DeepSeekJSON
import Foundation
import Testing

/// The data beside the package.
enum Shared {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared").path
    static let isPresent = FileManager.default.fileExists(atPath: folder + "/goldens")
    static let reason: Comment = "needs ../shared"

    static let goldens = ["v2-tiny", "v2-lite-tiny", "v2-norope-tiny", "v2-quirks-tiny", "llama-gqa-tiny"]
    static let trained = folder + "/models/v2-small"

    static func golden(_ name: String) -> String { "\(folder)/goldens/\(name)" }

    static func json(_ path: String) throws -> JSONValue {
        try [UInt8](Data(contentsOf: URL(filePath: path))).withUnsafeBytes { try JSONValue(parsing: $0) }
    }

    /// A tiny model without a tokenizer, on one thread.
    static func tiny(
        _ name: String = "v2-lite-tiny", batchInvariant: Bool = false, context: Int? = 256, chunk: Int = 512
    ) throws -> LanguageModel {
        try LanguageModel.load(
            golden(name) + "/fp32",
            options: LoadOptions(batchInvariant: batchInvariant, threads: 1, contextLength: context, chunk: chunk))
    }

    /// The small trained model, with its tokenizer and its template.
    static func small(batchInvariant: Bool = false, context: Int? = nil) throws -> LanguageModel {
        try LanguageModel.load(
            trained, options: LoadOptions(batchInvariant: batchInvariant, threads: 1, contextLength: context))
    }
}

extension JSONValue {
    var ids: [Int32] { (array ?? []).compactMap { $0.integer.flatMap { Int32(exactly: $0) } } }
}

extension LanguageModel {
    /// Waits until the engine has done what it was asked, and what it says then.
    func rest() async throws -> EngineFigures {
        for _ in 0..<5_000 where figures.running + figures.queued > 0 { try await Task.sleep(for: .milliseconds(1)) }
        // The step before may not have noted all yet.
        try logits(ids: [5]) { _, _ in }
        return figures
    }
}

/// The code of the error that a body throws.
func code(_ body: () throws -> Void) -> InferenceError.Code? {
    do {
        try body()
        return nil
    } catch { return (error as? InferenceError)?.code }
}

func code(_ body: () async throws -> Void) async -> InferenceError.Code? {
    do {
        try await body()
        return nil
    } catch { return (error as? InferenceError)?.code }
}
